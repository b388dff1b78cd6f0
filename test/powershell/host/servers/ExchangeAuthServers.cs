using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Concordat.Judge.Servers;

using Behaviour = Func<Call, IEnumerable<object?>>;

/// <summary>Token servers that the organisation trusts, and connectors to other organisations.</summary>
internal static class ExchangeAuthServers
{
    private const string Kind = "AuthServer";

    public static IReadOnlyDictionary<string, Behaviour> Commands { get; } = new Dictionary<string, Behaviour>
    {
        ["Get-AuthServer"] = call => Listed(call, Kind, "ex-auth-server-all", Print),
        ["New-AuthServer"] = New,
        ["Get-IntraOrganizationConnector"] = call => Listed(call, "IntraOrganizationConnector", "ex-connector-all", PrintConnector),
    };

    /// <summary>The one that is named; all of them where the name is not known.</summary>
    private static IEnumerable<object?> Listed(Call call, string kind, string row, Func<Call, ExchangeDirectory, JsonObject, PSObject> print)
    {
        var directory = ExchangeDirectory.Of(call);
        var all = directory.All(kind);
        var named = call.Text("Identity") is { } wanted ? all.Where(one => Shapes.Same(one.State["Name"], wanted)).ToList() : [];
        call.Met(row);
        return (named.Count > 0 ? named : all).Select(one => print(call, directory, one.State)).ToList();
    }

    private static IEnumerable<object?> New(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var name = call.Text("Name") ?? "";
        if (name.Length is 0 or > 64) throw call.Refuse("ex-auth-server-name-length", "The name must have between 1 and 64 characters.");
        if (directory.All(Kind).Any(one => Shapes.Same(one.State["Name"], name))) throw call.Refuse("ex-auth-server-exists", $"The object '{name}' already exists.");
        var state = new JsonObject
        {
            ["Name"] = name, ["Enabled"] = call.Flag("Enabled") ?? true, ["Type"] = call.Text("Type") ?? "MicrosoftACS",
            ["ApplicationIdentifier"] = call.Text("ApplicationIdentifier") ?? "", ["DomainName"] = ExchangeShapes.Words(call.Words("DomainName") ?? []),
        };
        if (call.Text("AuthMetadataUrl") is { } url) Learn(call, state, url);
        PSObject? made = null;
        call.Change(name, "ex-auth-server-new", () => made = Print(call, directory, directory.Add(Kind, state).State));
        return made is null ? [] : [made];
    }

    /// <summary>A document for clients is only fetched; one for servers is read, and must name where tokens are issued.</summary>
    private static void Learn(Call call, JsonObject state, string url)
    {
        state["AuthMetadataUrl"] = url;
        var trustsAny = call.Flag("TrustAnySSLCertificate") == true;
        if (url.Contains("federationmetadata", StringComparison.OrdinalIgnoreCase))
        {
            ExchangeMetadata.Fetch(call, url, trustsAny, "ex-auth-server-metadata");
            return;
        }
        var read = ExchangeMetadata.Download(call, url, trustsAny, "ex-auth-server-metadata");
        if (read.TokenEndpoint is null) throw call.Refuse("ex-auth-server-metadata-invalid", $"The metadata document at {url} names no token endpoint.");
        state["IssuerIdentifier"] = read.Id;
        state["Realm"] = read.Realm;
        state["TokenIssuingEndpoint"] = read.TokenEndpoint;
        state["CertificateStrings"] = ExchangeShapes.Words(read.Certificates);
    }

    private static PSObject Print(Call call, ExchangeDirectory directory, JsonObject state) =>
        ExchangeShapes.Printed(call, directory, "Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthServer", "Auth Servers", state,
            ("IssuerIdentifier", ExchangeShapes.Text(state["IssuerIdentifier"])), ("Realm", ExchangeShapes.Text(state["Realm"])),
            ("TokenIssuingEndpoint", ExchangeShapes.Text(state["TokenIssuingEndpoint"])), ("AuthorizationEndpoint", ExchangeShapes.Text(state["AuthorizationEndpoint"])),
            ("ApplicationIdentifier", ExchangeShapes.Text(state["ApplicationIdentifier"])), ("AuthMetadataUrl", ExchangeShapes.Text(state["AuthMetadataUrl"])),
            ("DomainName", ExchangeShapes.Words(state["DomainName"])), ("Type", ExchangeShapes.Text(state["Type"])), ("Enabled", (bool)state["Enabled"]!),
            ("CertificateStrings", ExchangeShapes.Words(state["CertificateStrings"])), ("IsDefaultAuthorizationEndpoint", (bool?)state["IsDefaultAuthorizationEndpoint"] == true));

    private static PSObject PrintConnector(Call call, ExchangeDirectory directory, JsonObject state) =>
        ExchangeShapes.Printed(call, directory, "Microsoft.Exchange.Data.Directory.SystemConfiguration.IntraOrganizationConnector", "Connectors", state,
            ("TargetAddressDomains", ExchangeShapes.Words(state["TargetAddressDomains"])), ("DiscoveryEndpoint", ExchangeShapes.Text(state["DiscoveryEndpoint"])),
            ("TargetSharingEpr", ExchangeShapes.Text(state["TargetSharingEpr"])), ("Enabled", (bool)state["Enabled"]!));
}
