using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>Another application's metadata document, as Exchange reads it.</summary>
internal sealed record ExchangeMetadata(string Id, string Realm, string Issuer, string? TokenEndpoint, IReadOnlyList<string> Certificates)
{
    private static readonly JsonNodeOptions AnyCase = new() { PropertyNameCaseInsensitive = true };

    /// <summary>Downloads and reads it. The rows of the three refusals begin with the name of what needs it.</summary>
    public static ExchangeMetadata Download(Call call, string url, bool trustsAny, string row) =>
        Read(Fetch(call, url, trustsAny, row)) ?? throw call.Refuse($"{row}-invalid", $"The metadata document at {url} is not valid, or has no signing key.");

    /// <summary>What answers at the address.</summary>
    public static string Fetch(Call call, string url, bool trustsAny, string row)
    {
        var address = Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == "https" ? parsed : null;
        if (address is not null && !trustsAny && Web.IsUntrusted(address)) throw call.Refuse($"{row}-untrusted", $"The metadata document could not be downloaded from {url}: the remote certificate is not trusted.");
        var answer = address is null ? new(0, "", Fault: "the address is not valid") : Web.Answer(address, "", null);
        if (answer.Fault is not null || answer.Status >= 400) throw call.Refuse($"{row}-unreachable", $"The metadata document could not be downloaded from {url}: {answer.Fault ?? $"({answer.Status})"}");
        return answer.Body;
    }

    private static ExchangeMetadata? Read(string body)
    {
        try
        {
            var document = JsonNode.Parse(body, AnyCase)!.AsObject();
            var issuer = ((string?)document["issuer"] ?? "").Split('@', 2);
            var id = issuer[0] != "" ? issuer[0] : (string?)document["serviceName"] ?? "";
            var realm = issuer.Length == 2 ? issuer[1] : (string?)document["realm"] ?? "";
            var keys = (document["keys"]?.AsArray() ?? []).Where(IsSigning).Select(key => (string?)key!["keyvalue"]!["value"] ?? "").Where(value => value != "").ToList();
            foreach (var key in keys) Thumbprint(key);
            return id == "" || keys.Count == 0 ? null : new(id, realm == "*" ? "" : realm, string.Join('@', issuer), TokenEndpointOf(document), keys);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or CryptographicException or InvalidOperationException or NullReferenceException)
        {
            return null;
        }
    }

    private static bool IsSigning(JsonNode? key) =>
        Shapes.Same(key?["usage"], "signing") && Shapes.Same(key!["keyvalue"]?["type"], "x509Certificate");

    private static string? TokenEndpointOf(JsonObject document) =>
        (string?)(document["endpoints"]?.AsArray() ?? []).FirstOrDefault(one => Shapes.Same(one?["protocol"], "OAuth2") && Shapes.Same(one!["usage"], "issuance"))?["location"];

    /// <summary>The thumbprint of a certificate in base64.</summary>
    public static string Thumbprint(string base64)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(base64));
        return certificate.Thumbprint;
    }
}
