using System.Management.Automation;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>How far a partner is trusted.</summary>
public enum ApplicationTrustLevel { Full, Application, User }

/// <summary>
/// Partner applications. Each keeps the certificates that were read when it was written; a key that
/// the other side takes up later is unknown until the document is read again.
/// </summary>
internal static class SkypePartners
{
    private const string Kind = "CsPartnerApplication";
    private static string Row(Call call, string what) => SkypeStore.Row(call, what);

    public static IEnumerable<object?> Get(Call call) => SkypeStore.Chosen(call, Kind, name => name).Select(Print);

    public static PSObject Print(JsonObject partner) => Shapes.Object(
        "Microsoft.Rtc.Management.WritableConfig.Settings.SSAuth.PartnerApplication#Decorated",
        ("Identity", (string)partner["Identity"]!), ("AuthToken", Token(partner)), ("Name", (string)partner["Identity"]!),
        ("ApplicationIdentifier", (string)partner["ApplicationIdentifier"]!), ("Realm", (string?)partner["Realm"] ?? ""),
        ("ApplicationTrustLevel", Enum.Parse<ApplicationTrustLevel>((string)partner["ApplicationTrustLevel"]!)),
        ("AcceptSecurityIdentifierInformation", (bool)partner["AcceptSecurityIdentifierInformation"]!), ("Enabled", (bool)partner["Enabled"]!));

    private static string Token(JsonObject partner) => (string)partner["source"]! switch
    {
        "metadata" => $"Value={partner["metadataUrl"]}",
        "oauth-server" => "Microsoft.Rtc.Management.WritableConfig.Settings.SSAuth.UseOAuthServer",
        _ => $"Value={partner["keys"]![0]}",
    };

    public static IEnumerable<object?> New(Call call)
    {
        var identity = Name(call);
        if (SkypeStore.Find(SkypeStore.Of(call.Objects, Kind), identity) is not null) throw call.Refuse(Row(call, "exists"), $"\"{identity}\" already exists. Use another identity.");
        var partner = new JsonObject { ["Identity"] = identity };
        Identify(call, partner);
        if (SkypeStore.Of(call.Objects, Kind).FirstOrDefault(one => IsSame(one, partner)) is { } twin) throw call.Refuse(Row(call, "twin"), $"\"{twin["Identity"]}\" already has this application identifier, realm and token source.");
        partner["ApplicationTrustLevel"] = Level(call)!;
        partner["AcceptSecurityIdentifierInformation"] = call.Flag("AcceptSecurityIdentifierInformation") ?? false;
        partner["Enabled"] = call.Flag("Enabled") ?? true;
        return SkypeStore.Commit(call, identity, $"creates-{partner["source"]}", () => call.All(Kind).Add((JsonNode)partner)) ? [Print(partner)] : [];
    }

    private static bool IsSame(JsonObject one, JsonObject other) =>
        new[] { "ApplicationIdentifier", "Realm", "source" }.All(name => Shapes.Same(one[name], (string?)other[name]));

    private static string Name(Call call)
    {
        var identity = call.Text("Identity") ?? "";
        var isName = identity != "" && identity == identity.Trim() && identity.IndexOfAny(['*', '?', ':', '/', '\\', '[', ']', '"']) < 0;
        return isName ? identity : throw call.Refuse(Row(call, "name"), $"\"{identity}\" is not a valid identity.");
    }

    private static string? Level(Call call)
    {
        if (call.Text("ApplicationTrustLevel") is not { } text) return null;
        return Enum.TryParse<ApplicationTrustLevel>(text, true, out var level) && Enum.IsDefined(level)
            ? level.ToString()
            : throw call.Refuse(Row(call, "level"), $"Cannot convert value \"{text}\" to type \"ApplicationTrustLevel\".");
    }

    /// <summary>Who the partner is: of its document, or of what the call says.</summary>
    private static void Identify(Call call, JsonObject partner)
    {
        if (call.Set == "MetadataUrl")
        {
            var document = SkypeMetadata.Download(call, call.Text("MetadataUrl")!);
            Describe(partner, "metadata", document.Keys, call.Text("MetadataUrl"));
            (partner["ApplicationIdentifier"], partner["Realm"]) = (document.Id, document.Realm);
            return;
        }
        (partner["ApplicationIdentifier"], partner["Realm"]) = (call.Text("ApplicationIdentifier"), call.Text("Realm") ?? "");
        Source(call, partner);
    }

    /// <summary>Where the partner's tokens come from, other than by its document.</summary>
    private static void Source(Call call, JsonObject partner)
    {
        if (call.Set != "UseOAuthServer")
        {
            Describe(partner, "certificate", [Certificate(call)], null);
            return;
        }
        if (call.Flag("UseOAuthServer") != true) throw call.Refuse(Row(call, "no-source"), "The UseOAuthServer parameter is required.");
        if (SkypeStore.Of(call.Objects, "CsOAuthServer").Count == 0) throw call.Refuse(Row(call, "no-server"), "There is no OAuth server.");
        Describe(partner, "oauth-server", [], null);
    }

    private static void Describe(JsonObject partner, string source, IReadOnlyList<string> keys, string? url)
    {
        partner["source"] = source;
        partner["keys"] = Json.Words(keys);
        partner["metadataUrl"] = url;
    }

    private static string Certificate(Call call)
    {
        try
        {
            if (call.Text("CertificateRawData") is { } text) return SkypeMetadata.Certificate(text);
            var path = call.Resolve(call.Text("CertificateFileData")!);
            return SkypeMetadata.Certificate(Convert.ToBase64String(File.ReadAllBytes(path)));
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException or IOException)
        {
            throw call.Refuse(Row(call, "certificate"), "The certificate cannot be read.");
        }
    }

    public static IEnumerable<object?> Set(Call call)
    {
        var partner = SkypeStore.Find(SkypeStore.Of(call.Objects, Kind), call.Text("Identity")) ?? throw SkypeStore.NotFound(call, call.Text("Identity"));
        var next = partner.DeepClone().AsObject();
        if (call.Set == "MetadataUrl") Reread(call, next);
        else if (call.Set != "Identity" && !(call.Set == "UseOAuthServer" && call.Flag("UseOAuthServer") != true)) Source(call, next);
        if (!Shapes.Same(next["source"], (string)partner["source"]!)) throw call.Refuse(Row(call, "kind"), "The kind of token source of a partner application cannot be changed.");
        if (Level(call) is { } level) next["ApplicationTrustLevel"] = level;
        foreach (var name in new[] { "AcceptSecurityIdentifierInformation", "Enabled" }) if (call.Flag(name) is { } flag) next[name] = flag;
        SkypeStore.Commit(call, (string)partner["Identity"]!, call.Set == "MetadataUrl" ? "reads-again" : "changes", () => call.All(Kind)[call.All(Kind).IndexOf(partner)] = next);
        return [];
    }

    private static void Reread(Call call, JsonObject partner)
    {
        var document = SkypeMetadata.Download(call, call.Text("MetadataUrl")!);
        if (Shapes.Same(partner["source"], "metadata") && !(Shapes.Same(partner["ApplicationIdentifier"], document.Id) && Shapes.Same(partner["Realm"], document.Realm))) throw call.Refuse(Row(call, "other-identity"), "The document names another application identifier or realm; these cannot be changed.");
        Describe(partner, "metadata", document.Keys, call.Text("MetadataUrl"));
    }

    public static IEnumerable<object?> Remove(Call call)
    {
        if (WildcardPattern.ContainsWildcardCharacters(call.Text("Identity"))) throw call.Refuse(Row(call, "wildcard"), "Wildcard characters cannot be used in an Identity.");
        var partner = SkypeStore.Find(SkypeStore.Of(call.Objects, Kind), call.Text("Identity")) ?? throw SkypeStore.NotFound(call, call.Text("Identity"));
        SkypeStore.Commit(call, (string)partner["Identity"]!, "removes", () => call.All(Kind).Remove(partner));
        return [];
    }
}
