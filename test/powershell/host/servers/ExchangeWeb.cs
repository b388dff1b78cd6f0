using System.Text.Json;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>
/// What the web services of one server know. They read the configuration when they start, so that a
/// change is not there before the first restart after it.
/// </summary>
internal static class ExchangeWeb
{
    private const string Lync = "00000004-0000-0ff1-ce00-000000000000";
    private const string MetadataPath = "/autodiscover/metadata/json/1";
    private static readonly string[] LyncRoles = ["UserApplication", "ArchiveApplication"];

    public static WebAnswer Serve(Site site, Uri url, string? authorization)
    {
        ExchangeCertificates.Arrive(site.Scenario, site.Deployment);
        if (Shapes.Same(site.Machine["services"]?["W3SVC"]?["status"], "Stopped")) return new(503, "");
        if (string.Equals(url.AbsolutePath.TrimEnd('/'), MetadataPath, StringComparison.OrdinalIgnoreCase)) return Metadata(site, url);
        if (authorization is null || !authorization.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase)) return new(404, "");
        var issuers = string.Join(',', Trusted(site).Select(partner => IssuerOf(site, partner)));
        return new(401, "", $"Bearer client_id=\"{ServiceName(site)}\", trusted_issuers=\"{issuers}\", token_types=\"app_asserted_user_v1 service_asserted_app_v1\"");
    }

    public static bool Accepts(Site site, string issuer, string thumbprint) =>
        Trusted(site).Any(partner =>
            string.Equals(IssuerOf(site, partner), issuer, StringComparison.OrdinalIgnoreCase)
            && ExchangeShapes.Words(partner["CertificateStrings"]).Any(key => string.Equals(ExchangeMetadata.Thumbprint(key), thumbprint, StringComparison.OrdinalIgnoreCase))
            && (!Shapes.Same(partner["ApplicationIdentifier"], Lync) || HoldsRoles(site, (string?)partner["LinkedAccount"])));

    private static bool HoldsRoles(Site site, string? account) =>
        account is not null
        && Newest(site, "User").Any(user => Shapes.Same(user["Name"], account))
        && LyncRoles.All(role => Newest(site, "ManagementRoleAssignment").Any(one => Shapes.Same(one["Role"], role) && Shapes.Same(one["RoleAssigneeName"], account)));

    private static IEnumerable<JsonObject> Newest(Site site, string kind) => (site.Objects[kind]?.AsArray() ?? []).Select(one => one!.AsObject());

    /// <summary>Enabled partners that speak for themselves, as the running services know them.</summary>
    private static IEnumerable<JsonObject> Trusted(Site site) =>
        Known(site, "PartnerApplication").Where(one => (bool)one["Enabled"]! && (bool?)one["UseAuthServer"] != true);

    /// <summary>Objects as they were when the web services of this server started.</summary>
    private static IEnumerable<JsonObject> Known(Site site, string kind)
    {
        var since = site.Machine["services"]?["W3SVC"]?["since"] is { } started ? Shapes.Moment(started) : DateTime.MinValue;
        var removed = (site.Objects["Removed"]?.AsArray() ?? []).Where(one => Shapes.Same(one!["kind"], kind)).Select(one => one!.AsObject());
        return Newest(site, kind).Concat(removed)
            .Select(stored => ExchangeDirectory.StateOf(stored, write => (bool?)write["byItself"] == true || Shapes.Moment(write["at"]) <= since))
            .OfType<JsonObject>();
    }

    /// <summary>A certificate whose day has come is used without a restart; for everything else there must be one.</summary>
    private static JsonObject Config(Site site)
    {
        var newest = Newest(site, "AuthConfig").Single();
        var now = ExchangeAuthConfig.At(newest, site.Scenario.Time);
        return Shapes.Same(now["CurrentCertificateThumbprint"], (string?)newest["CurrentCertificateThumbprint"])
            ? ExchangeAuthConfig.At(Known(site, "AuthConfig").Single(), site.Scenario.Time)
            : now;
    }

    private static string ServiceName(Site site) => (string)Config(site)["ServiceName"]!;

    private static string RealmOr(string? realm, Site site) =>
        realm is { Length: > 0 } ? realm : (string)Newest(site, "AcceptedDomain").Single(one => (bool)one["Default"]!)["DomainName"]!;

    private static string IssuerOf(Site site, JsonObject partner) => $"{partner["ApplicationIdentifier"]}@{RealmOr((string?)partner["Realm"], site)}";

    private static WebAnswer Metadata(Site site, Uri url)
    {
        var config = Config(site);
        var slots = ExchangeAuthConfig.Slots(config, (bool?)site.Facts["publishesNext"] == true).ToList();
        var own = ExchangeCertificates.On(site.Scenario, site.Server).ToList();
        var keys = slots.Select(slot => own.FirstOrDefault(one => Shapes.Same(one["thumbprint"], slot))).ToList();
        if (keys is not [{ } current, ..] || !(bool)current["hasPrivateKey"]! || !Shapes.Same(current["thumbprint"], (string?)config["CurrentCertificateThumbprint"])) return new(500, "");
        var realm = RealmOr((string?)config["Realm"], site);
        var issuer = $"{config["ServiceName"]}@{realm}";
        return new(200, JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["id"] = "_" + new Guid(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(issuer + string.Join(' ', slots)))),
            ["version"] = "1.0", ["name"] = "Exchange", ["realm"] = realm, ["serviceName"] = (string)config["ServiceName"]!, ["issuer"] = issuer, ["allowedAudiences"] = new[] { issuer },
            ["keys"] = keys.OfType<JsonObject>().Where(one => Shapes.Moment(one["notAfter"]) > site.Scenario.Time || one == current).Select(Key),
            ["endpoints"] = new[] { new { location = url.ToString(), protocol = "OAuth2", usage = "metadata" } },
        }));
    }

    private static object Key(JsonObject certificate) => new
    {
        usage = "signing",
        keyinfo = new { x5t = Convert.ToBase64String(Convert.FromHexString((string)certificate["thumbprint"]!)).TrimEnd('=').Replace('+', '-').Replace('/', '_') },
        keyvalue = new { type = "x509Certificate", value = (string)certificate["raw"]! },
    };
}
