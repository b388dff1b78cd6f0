using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Concordat.Judge.Servers;

/// <summary>Names of what Exchange uses a certificate for.</summary>
internal static class ExchangeServices
{
    public static IReadOnlyList<string> Read(IEnumerable<string> words) =>
        words.SelectMany(word => word.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(word => word.ToUpperInvariant()).Where(word => word != "NONE").Distinct().ToList();

    public static string Print(JsonNode? services) => ExchangeShapes.Words(services) is { Length: > 0 } words ? string.Join(", ", words) : "None";
}

/// <summary>What a command that always asks is told.</summary>
internal static class ExchangeConfirmation
{
    public static void Says(Call call, string row)
    {
        if (call.Flag("Confirm") != false && call.Flag("WhatIf") != true) call.Met(row);
    }
}

/// <summary>The certificate that New-ExchangeCertificate makes.</summary>
internal static class SelfSigned
{
    // Making a key takes longer than a whole run, and no one looks whether two certificates share it.
    private static readonly Dictionary<int, RSA> Keys = [];

    public static JsonObject Make(Call call, string host, int size)
    {
        var from = call.Scenario.Look();
        var request = Request(call, host, Keys.TryGetValue(size, out var known) ? known : Keys[size] = RSA.Create(size));
        // RFC 5280 counts whole seconds.
        var start = new DateTimeOffset(from.Ticks - from.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
        var serial = call.Scenario.NewGuid().ToByteArray();
        serial[0] = (byte)(serial[0] & 0x7f | 0x40);
        using var certificate = request.Create(request.SubjectName, X509SignatureGenerator.CreateForRSA(Keys[size], RSASignaturePadding.Pkcs1), start, start.AddYears(5), serial);
        var described = Running.Store.Describe(certificate, call.Text("FriendlyName") ?? "Microsoft Exchange");
        described["hasPrivateKey"] = true;
        return described;
    }

    private static CertificateRequest Request(Call call, string host, RSA key)
    {
        var subject = call.Text("SubjectName") ?? $"CN={host.Split('.')[0]}";
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var names = call.Has("DomainName") ? call.Words("DomainName") ?? [] : [host.Split('.')[0], host];
        if (names.Count == 0) return request;
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names) builder.AddDnsName(name);
        request.CertificateExtensions.Add(builder.Build());
        return request;
    }
}
