using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Concordat.Judge.Servers;

using Behaviour = Func<Call, IEnumerable<object?>>;

/// <summary>Applications whose tokens the organisation takes.</summary>
internal static class ExchangePartners
{
    private const string Kind = "PartnerApplication";

    public static IReadOnlyDictionary<string, Behaviour> Commands { get; } = new Dictionary<string, Behaviour>
    {
        ["Get-PartnerApplication"] = Get,
        ["New-PartnerApplication"] = New,
        ["Set-PartnerApplication"] = Set,
        ["Remove-PartnerApplication"] = Remove,
    };

    private static IEnumerable<object?> Get(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var found = call.Text("Identity") is null ? directory.All(Kind) : [Find(call, directory)];
        call.Met("ex-partner-read");
        return found.Select(one => Print(call, directory, one.State)).ToList();
    }

    private static Seen Find(Call call, ExchangeDirectory directory)
    {
        var wanted = call.Text("Identity") ?? "";
        var found = directory.All(Kind).Where(one => Shapes.Same(one.State["Name"], wanted) || Shapes.Same(one.State["Guid"], wanted)).ToList();
        return found.Count switch
        {
            0 => throw call.Refuse("ex-partner-unknown", $"The operation couldn't be performed because object '{wanted}' couldn't be found on '{directory.Controller}'."),
            1 => found[0],
            _ => throw call.Refuse("ex-partner-ambiguous", $"The operation couldn't be performed because '{wanted}' matches multiple entries."),
        };
    }

    private static IEnumerable<object?> New(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var state = new JsonObject { ["Name"] = Name(call, directory, null) };
        if (call.Text("AuthMetadataUrl") is { } url)
        {
            state["AuthMetadataUrl"] = url;
            Learn(state, ExchangeMetadata.Download(call, url, call.Flag("TrustAnySSLCertificate") == true, "ex-partner-metadata"));
        }
        else
        {
            state["AuthMetadataUrl"] = "";
            state["UseAuthServer"] = true;
            state["ApplicationIdentifier"] = Id(call);
            state["Realm"] = call.Text("Realm") ?? "";
            state["CertificateStrings"] = new JsonArray();
        }
        Common(call, directory, state);
        state["Enabled"] ??= true;
        state["AcceptSecurityIdentifierInformation"] ??= false;
        state["LinkedAccount"] ??= null;
        PSObject? made = null;
        call.Change((string)state["Name"]!, call.Has("AuthMetadataUrl") ? "ex-partner-new-metadata" : "ex-partner-new-acs", () =>
            made = Print(call, directory, directory.Add(Kind, state).State));
        return made is null ? [] : [made];
    }

    private static IEnumerable<object?> Set(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var seen = Find(call, directory);
        var wanted = new JsonObject();
        if (call.Has("Name")) wanted["Name"] = Name(call, directory, seen);
        if (call.Has("ApplicationIdentifier")) wanted["ApplicationIdentifier"] = Id(call);
        if (call.Has("Realm")) wanted["Realm"] = call.Text("Realm") ?? "";
        if (call.Has("AuthMetadataUrl")) Moves(call, seen.State, wanted);
        if (call.Flag("RefreshAuthMetadata") == true) Learn(wanted, Refreshed(call, seen.State));
        Common(call, directory, wanted);
        call.Change(seen.Name, Row(call), () => directory.Change(seen, state =>
        {
            foreach (var (name, value) in wanted) state[name] = value?.DeepClone();
        }));
        return [];
    }

    private static string Row(Call call) =>
        call.Flag("RefreshAuthMetadata") == true ? "ex-partner-refresh"
        : call.Has("AuthMetadataUrl") ? "ex-partner-set-url"
        : call.Has("ApplicationIdentifier") || call.Has("Realm") ? "ex-partner-set-ids"
        : "ex-partner-set";

    /// <summary>Another address; what it says is not read before a refresh.</summary>
    private static void Moves(Call call, JsonObject state, JsonObject wanted)
    {
        if (ExchangeShapes.Text(state["AuthMetadataUrl"]) == "") throw call.Refuse("ex-partner-set-url-none", "The application was not made from a metadata document.");
        var url = call.Text("AuthMetadataUrl") ?? "";
        ExchangeMetadata.Download(call, url, call.Flag("TrustAnySSLCertificate") == true, "ex-partner-metadata");
        wanted["AuthMetadataUrl"] = url;
    }

    private static ExchangeMetadata Refreshed(Call call, JsonObject state)
    {
        var url = ExchangeShapes.Text(state["AuthMetadataUrl"]);
        if (url == "") throw call.Refuse("ex-partner-refresh-no-url", "The application has no metadata address to refresh from.");
        return ExchangeMetadata.Download(call, url, false, "ex-partner-metadata");
    }

    private static void Learn(JsonObject state, ExchangeMetadata read)
    {
        state["ApplicationIdentifier"] = read.Id;
        state["Realm"] = read.Realm;
        state["UseAuthServer"] = false;
        state["CertificateStrings"] = ExchangeShapes.Words(read.Certificates);
    }

    /// <summary>What every set has.</summary>
    private static void Common(Call call, ExchangeDirectory directory, JsonObject state)
    {
        if (call.Has("Enabled")) state["Enabled"] = call.Flag("Enabled");
        if (call.Has("AcceptSecurityIdentifierInformation")) state["AcceptSecurityIdentifierInformation"] = call.Flag("AcceptSecurityIdentifierInformation");
        foreach (var list in new[] { "AppOnlyPermissions", "ActAsPermissions" })
        {
            if (call.Has(list)) state[list] = ExchangeShapes.Words(call.Words(list) ?? []);
        }
        if (call.Has("AccountType")) state["AccountType"] = call.Text("AccountType");
        if (!call.Has("LinkedAccount")) return;
        state["LinkedAccount"] = call.Text("LinkedAccount") is not { Length: > 0 } wanted ? null
            : ExchangeRecipients.Match(call, directory, wanted) is [var user] ? user.Name
            : throw call.Refuse("ex-partner-account-unknown", $"Couldn't find the user '{wanted}' on '{directory.Controller}'.");
    }

    private static string Name(Call call, ExchangeDirectory directory, Seen? self)
    {
        var name = call.Text("Name") ?? "";
        if (name.Length is 0 or > 64) throw call.Refuse("ex-partner-name-length", "The name must have between 1 and 64 characters.");
        if (directory.All(Kind).Any(one => one.Stored != self?.Stored && Shapes.Same(one.State["Name"], name))) throw call.Refuse("ex-partner-exists", $"The object '{name}' already exists.");
        return name;
    }

    private static string Id(Call call) =>
        call.Text("ApplicationIdentifier")?.Trim() is { Length: > 0 } id ? id : throw call.Refuse("ex-partner-id-empty", "The application identifier can't be empty.");

    private static IEnumerable<object?> Remove(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var seen = Find(call, directory);
        ExchangeConfirmation.Says(call, "ex-partner-remove-asks");
        call.Change(seen.Name, "ex-partner-remove", () => directory.Remove(Kind, seen));
        return [];
    }

    private static PSObject Print(Call call, ExchangeDirectory directory, JsonObject state) =>
        ExchangeShapes.Printed(call, directory, "Microsoft.Exchange.Data.Directory.SystemConfiguration.PartnerApplication", "Partner Applications", state,
            ("Enabled", (bool)state["Enabled"]!), ("ApplicationIdentifier", (string)state["ApplicationIdentifier"]!),
            ("CertificateStrings", ExchangeShapes.Words(state["CertificateStrings"])), ("AuthMetadataUrl", ExchangeShapes.Text(state["AuthMetadataUrl"])),
            ("Realm", ExchangeShapes.Text(state["Realm"])), ("UseAuthServer", (bool?)state["UseAuthServer"] == true),
            ("AcceptSecurityIdentifierInformation", (bool?)state["AcceptSecurityIdentifierInformation"] == true),
            ("LinkedAccount", state["LinkedAccount"] is { } account ? new AdObjectId((string)call.Site.Facts["domain"]!, "Users", (string)account!) : null),
            ("IssuerIdentifier", ""), ("AccountType", (string?)state["AccountType"] ?? "OrganizationalAccount"),
            ("AppOnlyPermissions", ExchangeShapes.Words(state["AppOnlyPermissions"])), ("ActAsPermissions", ExchangeShapes.Words(state["ActAsPermissions"])));
}
