using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>What another side's metadata document says: who it is, and the certificates of its keys.</summary>
internal sealed record SkypeMetadata(string Id, string Realm, IReadOnlyList<string> Keys)
{
    private const string Words = "The metadata document could not be downloaded from the URL in the MetadataUrl parameter or downloaded data is not a valid metadata document.";

    /// <summary>Downloads the document that a call names, or refuses with the vendor's words.</summary>
    public static SkypeMetadata Download(Call call, string url) =>
        Read(Text(call, url)) ?? throw No(call, "metadata-invalid");

    /// <summary>The text at an address that a call names.</summary>
    public static string Text(Call call, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !address.Scheme.StartsWith("http", StringComparison.Ordinal)) throw No(call, "metadata-invalid");
        var answer = Web.Answer(address, "", null);
        if (answer.Fault is not null || IsUntrusted(call.Scenario, address)) throw No(call, "metadata-unreachable");
        return answer.Status == 200 ? answer.Body : throw No(call, "metadata-error");
    }

    /// <summary>Whether nobody trusts the TLS certificate at an address.</summary>
    private static bool IsUntrusted(Scenario scenario, Uri url) =>
        new[] { url.GetLeftPart(UriPartial.Path), $"https://{url.Host}/" }.Any(address => (bool?)scenario.World["web"]?[address]?["untrusted"] == true);

    public static Refusal No(Call call, string what) => call.Refuse(
        SkypeStore.Row(call, what), $"Cannot bind parameter 'MetadataUrl' to the target. Exception setting \"MetadataUrl\": \"{Words}\"");

    /// <summary>A document in any of the dialects of the vendor's products; null where it is none.</summary>
    public static SkypeMetadata? Read(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject document) return null;
            var issuer = ((string?)Field(document, "issuer") ?? "").Split('@');
            var realm = (string?)Field(document, "realm");
            var id = (string?)Field(document, "serviceName") ?? issuer[0];
            var where = realm is null or "" or "*" ? issuer.ElementAtOrDefault(1) ?? "" : realm;
            var keys = (Field(document, "keys") as JsonArray ?? []).OfType<JsonObject>().Select(Key).OfType<string>().ToList();
            return id == "" || where == "" || keys.Count == 0 ? null : new(id, where, keys);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static string? Key(JsonObject key)
    {
        if (!Shapes.Same(Field(key, "usage"), "signing") || Field(key, "keyValue") is not JsonObject value) return null;
        if (!Shapes.Same(Field(value, "type"), "x509Certificate")) return null;
        var raw = ((string)Field(value, "value")!).TrimEnd('=');
        return Certificate(raw.PadRight((raw.Length + 3) / 4 * 4, '='));
    }

    /// <summary>The text of a certificate, as it is kept.</summary>
    public static string Certificate(string base64)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(base64));
        return Convert.ToBase64String(certificate.RawData);
    }

    public static string Thumbprint(string key) => Convert.ToHexString(SHA1.HashData(Convert.FromBase64String(key)));

    private static JsonNode? Field(JsonObject of, string name) =>
        of.FirstOrDefault(entry => string.Equals(entry.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}
