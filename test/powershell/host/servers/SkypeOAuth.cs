using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>The one OAuth configuration, and the servers elsewhere whose tokens are taken.</summary>
internal static class SkypeOAuth
{
    private const string Kind = "CsOAuthServer";
    private static string Row(Call call, string what) => SkypeStore.Row(call, what);

    public static IEnumerable<object?> GetServer(Call call) => SkypeStore.Chosen(call, Kind, name => name).Select(PrintServer);

    private static PSObject PrintServer(JsonObject server) => Shapes.Object(
        "Microsoft.Rtc.Management.WritableConfig.Settings.SSAuth.OAuthServer#Decorated",
        ("Identity", (string)server["Identity"]!), ("Name", (string)server["Identity"]!), ("IssuerIdentifier", (string)server["IssuerIdentifier"]!),
        ("Realm", (string?)server["Realm"] ?? ""), ("MetadataUrl", (string)server["MetadataUrl"]!), ("AuthorizationUriOverride", (string?)server["AuthorizationUriOverride"] ?? ""),
        ("Type", (string?)server["Type"] ?? ""), ("AcceptSecurityIdentifierInformation", (bool?)server["AcceptSecurityIdentifierInformation"] ?? false));

    public static IEnumerable<object?> NewServer(Call call)
    {
        var identity = call.Text("Identity") ?? "";
        if (identity == "") throw call.Refuse(Row(call, "name"), "The Identity is empty.");
        if (SkypeStore.Find(SkypeStore.Of(call.Objects, Kind), identity) is not null) throw call.Refuse(Row(call, "exists"), $"\"{identity}\" already exists. Use another identity.");
        var url = call.Text("MetadataUrl")!;
        var (issuer, realm) = Issuer(call, SkypeMetadata.Text(call, url));
        var server = new JsonObject
        {
            ["Identity"] = identity, ["IssuerIdentifier"] = issuer, ["Realm"] = call.Text("Realm") ?? realm, ["MetadataUrl"] = url,
            ["AuthorizationUriOverride"] = call.Text("AuthorizationUriOverride") ?? "", ["Type"] = call.Text("Type") ?? "",
            ["AcceptSecurityIdentifierInformation"] = call.Flag("AcceptSecurityIdentifierInformation") ?? false,
        };
        return SkypeStore.Commit(call, identity, "creates", () => call.All(Kind).Add((JsonNode)server)) ? [PrintServer(server)] : [];
    }

    /// <summary>Of its document: JSON of a token service, or federation metadata.</summary>
    private static (string Issuer, string Realm) Issuer(Call call, string text)
    {
        if (SkypeMetadata.Read(text) is { } document) return (document.Id, document.Realm);
        try
        {
            if (XDocument.Parse(text).Root is { Name.LocalName: "EntityDescriptor" } root && (string?)root.Attribute("entityID") is { } id) return (id, "");
        }
        catch (System.Xml.XmlException)
        {
            // Neither of the two.
        }
        throw SkypeMetadata.No(call, "metadata-invalid");
    }

    public static IEnumerable<object?> RemoveServer(Call call)
    {
        var server = SkypeStore.Find(SkypeStore.Of(call.Objects, Kind), call.Text("Identity")) ?? throw SkypeStore.NotFound(call, call.Text("Identity"));
        if (Shapes.Same(Configuration(call.Objects)["ClientAuthorizationOAuthServerIdentity"], (string)server["Identity"]!)) throw call.Refuse(Row(call, "in-use"), "The server is in use by ClientAuthorizationOAuthServerIdentity.");
        SkypeStore.Commit(call, (string)server["Identity"]!, "removes", () => call.All(Kind).Remove(server));
        return [];
    }

    public static JsonObject Configuration(JsonObject objects) => SkypeStore.Of(objects, "CsOAuthConfiguration").FirstOrDefault() ?? [];

    /// <summary>Where none is set, the default SIP domain.</summary>
    public static string Realm(JsonObject objects) => (string?)Configuration(objects)["Realm"] is { Length: > 0 } realm
        ? realm
        : (string?)SkypeStore.Of(objects, "CsSipDomain").FirstOrDefault(one => (bool?)one["IsDefault"] == true)?["Name"] ?? "";

    /// <summary>The name that tokens of this deployment carry; null where it has none.</summary>
    public static string? Name(JsonObject objects) =>
        (string?)Configuration(objects)["ServiceName"] is { Length: > 0 } service ? $"{service}@{Realm(objects)}" : null;

    private static readonly string[] Texts = ["Realm", "ServiceName", "ClientAuthorizationOAuthServerIdentity", "ExchangeAutodiscoverUrl", "ExchangeAutodiscoverAllowedDomains"];

    public static IEnumerable<object?> Get(Call call)
    {
        RequireGlobal(call);
        var isLocal = call.Flag("LocalStore") == true;
        if (isLocal) call.Met(Row(call, "local-store"));
        call.Met(Row(call, "lists"));
        return [Print(isLocal ? SkypeStore.Copy(call.Site) : call.Objects)];
    }

    private static void RequireGlobal(Call call)
    {
        if (call.Text("Identity") is { } identity && !string.Equals(identity, "global", StringComparison.OrdinalIgnoreCase)) throw SkypeStore.NotFound(call, identity);
    }

    private static PSObject Print(JsonObject objects)
    {
        var one = Configuration(objects);
        var texts = Texts.Select(name => (name, (object?)((string?)one[name] ?? "")));
        return Shapes.Object("Microsoft.Rtc.Management.WritableConfig.Settings.SSAuth.OAuthSettings", [
            ("Identity", "Global"),
            ("PartnerApplications", SkypeStore.Of(objects, "CsPartnerApplication").Select(SkypePartners.Print).ToArray<object>()),
            ("OAuthServers", SkypeStore.Of(objects, Kind).Select(PrintServer).ToArray<object>()),
            .. texts,
            ("ClientAdalAuthOverride", (string?)one["ClientAdalAuthOverride"] ?? "NoOverride"), ("AlternateAudienceUrl", (string?)one["AlternateAudienceUrl"] ?? ""), ("AdditionalAudienceUrls", (string?)one["AdditionalAudienceUrls"] ?? ""),
        ]);
    }

    public static IEnumerable<object?> Set(Call call)
    {
        RequireGlobal(call);
        Check(call);
        SkypeStore.Commit(call, "Global", "changes", () =>
        {
            var all = call.All("CsOAuthConfiguration");
            if (all.Count == 0) all.Add((JsonNode)new JsonObject { ["Identity"] = "Global" });
            var one = all[0]!.AsObject();
            foreach (var name in Texts.Where(call.Has)) one[name] = call.Text(name) ?? "";
            if (call.Has("Realm") || (string?)one["Realm"] is { Length: > 0 }) return;
            one["Realm"] = Realm(call.Objects);
            call.Met(Row(call, "default-realm"));
        });
        return [];
    }

    private static void Check(Call call)
    {
        foreach (var name in new[] { "AlternateAudienceUrl", "AdditionalAudienceUrls", "ClientAdalAuthOverride" }) if (call.Has(name)) throw call.Refuse(Row(call, "reserved"), $"{name} is for the hosted service.");
        if (call.Has("ServiceName") && !Guid.TryParse(call.Text("ServiceName"), out _)) throw call.Refuse(Row(call, "service-name"), $"\"{call.Text("ServiceName")}\" is not a valid ServiceName.");
        if (call.Text("ClientAuthorizationOAuthServerIdentity") is { Length: > 0 } server && SkypeStore.Find(SkypeStore.Of(call.Objects, Kind), server) is null) throw call.Refuse(Row(call, "no-server"), $"There is no OAuth server \"{server}\".");
        if (call.Text("ExchangeAutodiscoverUrl") is { Length: > 0 } url && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == "https")) throw call.Refuse(Row(call, "autodiscover-url"), $"\"{url}\" is not a valid ExchangeAutodiscoverUrl.");
    }
}
