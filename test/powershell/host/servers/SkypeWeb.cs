using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>What the web services of one front end answer, by what this front end holds.</summary>
internal static class SkypeWeb
{
    public static WebAnswer Serve(Site site, Uri url, string? authorization)
    {
        if (string.Equals(url.AbsolutePath.TrimEnd('/'), "/metadata/json/1", StringComparison.OrdinalIgnoreCase)) return Document(site, url);
        var isBearer = authorization?.Trim().StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) == true;
        return isBearer ? Challenge(site) : new(404, "");
    }

    /// <summary>The certificate that a front end signs with; null where it has none that it could use.</summary>
    public static JsonObject? Signing(Site site)
    {
        var signing = SkypeCertificates.Signing(SkypeStore.Copy(site), site.Scenario.Time);
        return signing is not null && HasKey(site, signing) ? signing : null;
    }

    private static bool HasKey(Site site, JsonObject certificate) =>
        (bool?)SkypeCertificates.InStore(site.Machine, (string)certificate["Thumbprint"]!)?["hasPrivateKey"] == true;

    private static WebAnswer Document(Site site, Uri url)
    {
        var copy = SkypeStore.Copy(site);
        if (Signing(site) is not { } signing || SkypeOAuth.Name(copy) is not { } name) return new(500, "Internal Server Error");
        var beside = (bool?)site.Facts["publishesNext"] == true ? SkypeCertificates.Beside(copy, site.Scenario.Time) : null;
        var keys = new[] { signing, beside }.OfType<JsonObject>().Select(one => (JsonNode?)Key(one));
        var document = new JsonObject
        {
            ["id"] = $"_{new Guid(MD5.HashData(Encoding.UTF8.GetBytes(site.Deployment)))}", ["version"] = "1.0", ["name"] = "Lync",
            ["realm"] = SkypeOAuth.Realm(copy), ["serviceName"] = (string)SkypeOAuth.Configuration(copy)["ServiceName"]!, ["issuer"] = name,
            ["allowedAudiences"] = new JsonArray((JsonNode)name), ["keys"] = Json.List(keys),
            ["endpoints"] = new JsonArray(new JsonObject { ["location"] = url.ToString(), ["protocol"] = "OAuth2", ["usage"] = "metadata" }),
        };
        return new(200, document.ToJsonString());
    }

    private static JsonObject Key(JsonObject certificate)
    {
        var raw = (string)certificate["raw"]!;
        var x5t = Convert.ToBase64String(SHA1.HashData(Convert.FromBase64String(raw))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return new JsonObject
        {
            ["usage"] = "signing", ["keyinfo"] = new JsonObject { ["x5t"] = x5t },
            ["keyvalue"] = new JsonObject { ["type"] = "x509Certificate", ["value"] = raw },
        };
    }

    private static WebAnswer Challenge(Site site)
    {
        var copy = SkypeStore.Copy(site);
        var enabled = SkypeStore.Of(copy, "CsPartnerApplication").Where(one => (bool?)one["Enabled"] == true).ToList();
        var direct = enabled.Where(one => !Shapes.Same(one["source"], "oauth-server")).Select(SkypeTrust.IssuerOf);
        var brokers = enabled.Any(one => Shapes.Same(one["source"], "oauth-server")) ? SkypeStore.Of(copy, "CsOAuthServer").Select(one => $"{one["IssuerIdentifier"]}@{one["Realm"]}") : [];
        var own = (string?)SkypeOAuth.Configuration(copy)["ServiceName"];
        return new(401, "", $"Bearer client_id=\"{own}\", trusted_issuers=\"{string.Join(",", direct.Concat(brokers).Distinct())}\"");
    }
}
