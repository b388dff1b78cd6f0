using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Concordat.Judge;

/// <summary>Our certificates and key files, read by .NET.</summary>
internal static class Certificates
{
    public static JsonNode Read(JsonNode request)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Bytes(request));
        return Describe(certificate);
    }

    public static JsonNode ReadPfx(JsonNode request)
    {
        using var certificate = X509CertificateLoader.LoadPkcs12(Bytes(request), (string?)request["password"]);
        var answer = Describe(certificate);
        answer["signs"] = Signs(certificate);
        return answer;
    }

    private static byte[] Bytes(JsonNode request) => Convert.FromBase64String((string)request["bytes"]!);

    private static JsonObject Describe(X509Certificate2 certificate) => new()
    {
        ["subject"] = certificate.Subject,
        ["issuer"] = certificate.Issuer,
        ["thumbprint"] = certificate.Thumbprint,
        ["serial"] = certificate.SerialNumber,
        ["signature"] = certificate.SignatureAlgorithm.FriendlyName,
        ["keyBits"] = certificate.GetRSAPublicKey()?.KeySize ?? 0,
        ["notBefore"] = certificate.NotBefore.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["notAfter"] = certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["names"] = Json.Words(certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames())),
        ["usages"] = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages.ToString(),
        ["privateKey"] = certificate.HasPrivateKey,
    };

    /// <summary>Whether the private half belongs to the public one.</summary>
    private static bool Signs(X509Certificate2 certificate)
    {
        using var secret = certificate.GetRSAPrivateKey();
        using var known = certificate.GetRSAPublicKey();
        byte[] data = [1, 2, 3];
        return secret is not null && known is not null && known.VerifyData(
            data, secret.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
