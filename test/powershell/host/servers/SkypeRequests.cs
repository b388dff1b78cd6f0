using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>New certificates: from an authority that answers at once, or as a request in a file.</summary>
internal static class SkypeRequests
{
    private static string Row(Call call, string what) => SkypeStore.Row(call, what);

    public static IEnumerable<object?> Request(Call call)
    {
        if (call.Set != "ByNew" || call.Flag("New") != true) throw new NotSupportedException("Request-CsCertificate is simulated with -New only");
        if (call.Words("Type") is not [var type] || !string.Equals(type, "OAuthTokenIssuer", StringComparison.OrdinalIgnoreCase)) throw call.Refuse(Row(call, "type"), $"Cannot request a certificate of type {call.Text("Type")} here.");
        if (call.Has("KeySize") && call.Text("KeySize") is not ("1024" or "2048" or "4096")) throw call.Refuse(Row(call, "key-size"), "KeySize must be 1024, 2048 or 4096.");
        if (call.Has("KeyAlg") && !string.Equals(call.Text("KeyAlg"), "RSA", StringComparison.OrdinalIgnoreCase)) throw new NotSupportedException("a key that is not RSA is not simulated");
        if (call.Has("CA") == call.Has("Output")) throw call.Refuse(Row(call, "one-way"), "Specify either the CA parameter or the Output parameter.");
        if (call.Has("CA")) Enroll(call);
        else Write(call);
        return [];
    }

    private static void Enroll(Call call)
    {
        var authorities = call.Site.Facts["authorities"] as JsonArray ?? [];
        if (!authorities.Any(one => Shapes.Same(one, call.Text("CA")))) throw call.Refuse(Row(call, "no-authority"), "The certification authority cannot be contacted. The RPC server is unavailable.");
        call.Change(call.Text("CA")!, Row(call, "enrolls"), () =>
        {
            using var key = RSA.Create(KeySize(call));
            var from = call.Scenario.Look();
            using var certificate = Wanted(call, key).CreateSelfSigned(from, from.AddYears(2));
            var entry = Store.Describe(certificate, FriendlyName(call));
            entry["exportable"] = call.Flag("PrivateKeyExportable") ?? false;
            call.Site.Machine["certificates"]!.AsArray().Add((JsonNode)entry);
        });
    }

    private static void Write(Call call)
    {
        var path = call.Resolve(call.Text("Output")!);
        if (File.Exists(path)) throw call.Refuse(Row(call, "file-exists"), $"The file '{path}' already exists.");
        if (!Directory.Exists(Path.GetDirectoryName(path))) throw call.Refuse(Row(call, "no-folder"), $"Could not find a part of the path '{path}'.");
        call.Change(path, Row(call, "writes"), () =>
        {
            using var key = RSA.Create(KeySize(call));
            File.WriteAllText(path, Wanted(call, key).CreateSigningRequestPem());
            var requests = call.Site.Machine["requests"] as JsonArray;
            if (requests is null) call.Site.Machine["requests"] = requests = [];
            requests.Add((JsonNode)new JsonObject
            {
                ["friendlyName"] = FriendlyName(call), ["output"] = path, ["exportable"] = call.Flag("PrivateKeyExportable") ?? false,
                ["publicKey"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
            });
        });
    }

    private static int KeySize(Call call) => call.Has("KeySize") ? Convert.ToInt32(call.Value("KeySize"), System.Globalization.CultureInfo.InvariantCulture) : 2048;
    private static string FriendlyName(Call call) => call.Text("FriendlyName") ?? "OAuthTokenIssuer";

    /// <summary>Named for the default SIP domain; -AllSipDomain and -DomainName add the others.</summary>
    private static CertificateRequest Wanted(Call call, RSA key)
    {
        var domains = SkypeStore.Of(call.Objects, "CsSipDomain");
        var own = (string)domains.First(one => (bool?)one["IsDefault"] == true)["Name"]!;
        var others = call.Flag("AllSipDomain") == true ? domains.Select(one => (string)one["Name"]!) : [];
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { own }.Concat(others).Concat((call.Text("DomainName") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()) names.AddDnsName(name);
        var wanted = new CertificateRequest($"CN={own}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        wanted.CertificateExtensions.Add(names.Build());
        return wanted;
    }
}
