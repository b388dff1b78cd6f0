using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

using Behaviour = Func<Call, IEnumerable<object?>>;

/// <summary>Certificates in the stores of the servers, with what Exchange uses them for.</summary>
internal static class ExchangeCertificates
{
    public static IReadOnlyDictionary<string, Behaviour> Commands { get; } = new Dictionary<string, Behaviour>
    {
        ["Get-ExchangeCertificate"] = Get,
        ["New-ExchangeCertificate"] = New,
        ["Import-ExchangeCertificate"] = Import,
        ["Enable-ExchangeCertificate"] = Enable,
        ["Remove-ExchangeCertificate"] = Remove,
    };

    public static IEnumerable<JsonObject> On(Scenario scenario, string host) => Store(scenario, host).Select(one => one!.AsObject());

    private static JsonArray Store(Scenario scenario, string host) => scenario.Servers[host]!["certificates"]!.AsArray();

    /// <summary>Certificates of the authorization configuration that have reached the other servers by now.</summary>
    public static void Arrive(Scenario scenario, string deployment)
    {
        var config = scenario.Deployments[deployment]!["objects"]?["AuthConfig"]?[0];
        var hosts = Web.ServersOf(scenario, deployment).Where(host => (bool?)scenario.Servers[host]!["unreachable"] != true).ToList();
        foreach (var (thumbprint, due) in config?["deploys"]?.AsObject() ?? [])
        {
            if (Shapes.Moment(due) > scenario.Time) continue;
            var original = hosts.SelectMany(host => On(scenario, host)).FirstOrDefault(one => Shapes.Same(one["thumbprint"], thumbprint) && (bool?)one["exportable"] == true && (bool)one["hasPrivateKey"]!);
            if (original is null) continue;
            foreach (var host in hosts.Where(host => !On(scenario, host).Any(one => Shapes.Same(one["thumbprint"], thumbprint)))) Store(scenario, host).Add(original.DeepClone());
        }
    }

    private static JsonObject Find(Call call, string host, string thumbprint) =>
        On(call.Scenario, host).FirstOrDefault(one => Shapes.Same(one["thumbprint"], thumbprint))
        ?? throw call.Refuse("ex-certificate-unknown", $"The certificate with thumbprint {thumbprint} was not found on {host}.");

    /// <summary>Server and thumbprint of a call: -Server and -Thumbprint, or an identity `server\thumbprint`.</summary>
    private static (string Host, string? Thumbprint) Meant(Call call)
    {
        var parts = call.Text("Identity")?.Split('\\') ?? [];
        return (ExchangeServers.HostOf(call, parts.Length == 2 ? parts[0] : call.Text("Server")), parts.Length > 0 ? parts[^1] : call.Text("Thumbprint"));
    }

    private static IEnumerable<object?> Get(Call call)
    {
        ExchangeDirectory.Of(call);
        var (host, thumbprint) = Meant(call);
        var found = thumbprint is null ? On(call.Scenario, host) : [Find(call, host, thumbprint)];
        call.Met("ex-certificate-read");
        return found.Select(one => Print(call, one)).ToList();
    }

    private static IEnumerable<object?> New(Call call)
    {
        ExchangeDirectory.Of(call);
        if (call.Flag("GenerateRequest") == true) throw new NotSupportedException("requests are not simulated");
        var host = ExchangeServers.HostOf(call, call.Text("Server"));
        var size = call.Has("KeySize") ? int.Parse(call.Text("KeySize")!, System.Globalization.CultureInfo.InvariantCulture) : 2048;
        if (size is not (1024 or 2048 or 4096)) throw call.Refuse("ex-certificate-new-size", $"The key size {size} isn't valid. Use 1024, 2048 or 4096.");
        if (call.Text("FriendlyName") is { Length: >= 64 }) throw call.Refuse("ex-certificate-new-friendly-name", "The friendly name must have fewer than 64 characters.");
        var services = ExchangeServices.Read(call.Words("Services") ?? ["SMTP"]);
        JsonObject? made = null;
        call.Change(host, "ex-certificate-new", () =>
        {
            if (services.Contains("SMTP")) call.Ask("ex-certificate-new-asks", "Overwrite the existing default SMTP certificate?");
            made = SelfSigned.Make(call, host, size);
            made["services"] = ExchangeShapes.Words(services);
            made["exportable"] = call.Flag("PrivateKeyExportable") ?? false;
            Store(call.Scenario, host).Add((JsonNode)made);
            if (services.Contains("SMTP")) BecomesTransport(call, host, made);
        });
        return made is null ? [] : [Print(call, made)];
    }

    private static void BecomesTransport(Call call, string host, JsonObject certificate)
    {
        ExchangeServers.TransportOf(call, host)["InternalTransportCertificateThumbprint"] = (string)certificate["thumbprint"]!;
        call.Met("ex-certificate-transport");
    }

    private static IEnumerable<object?> Import(Call call)
    {
        ExchangeDirectory.Of(call);
        var host = ExchangeServers.HostOf(call, call.Text("Server"));
        if (call.Value("FileData") is not byte[] bytes) throw call.Refuse("ex-certificate-import-file", "The FileName parameter isn't available any more. Use FileData.");
        using var certificate = Load(call, bytes);
        if (On(call.Scenario, host).Any(one => Shapes.Same(one["thumbprint"], certificate.Thumbprint))) throw call.Refuse("ex-certificate-import-exists", $"Cannot import certificate. A certificate with the thumbprint {certificate.Thumbprint} already exists.");
        JsonObject? made = null;
        call.Change(host, "ex-certificate-import", () =>
        {
            made = Running.Store.Describe(certificate, call.Text("FriendlyName"));
            made["services"] = new JsonArray();
            made["exportable"] = call.Flag("PrivateKeyExportable") ?? false;
            Store(call.Scenario, host).Add((JsonNode)made);
        });
        return made is null ? [] : [Print(call, made)];
    }

    private static X509Certificate2 Load(Call call, byte[] bytes)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12(bytes, call.Value("Password") is SecureString secret ? new NetworkCredential("", secret).Password : null);
            if (certificate.HasPrivateKey) return certificate;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            // A wrong password and a broken file read alike.
        }
        throw call.Refuse("ex-certificate-import-unreadable", "The certificate couldn't be imported: its data isn't valid or the password is wrong.");
    }

    private static IEnumerable<object?> Enable(Call call)
    {
        ExchangeDirectory.Of(call);
        var (host, thumbprint) = Meant(call);
        var certificate = Find(call, host, thumbprint!);
        if (!(bool)certificate["hasPrivateKey"]!) throw call.Refuse("ex-certificate-enable-no-key", $"The certificate with thumbprint {thumbprint} has no private key and can't be used by Exchange.");
        var services = ExchangeServices.Read(call.Words("Services") ?? []);
        call.Change(host, "ex-certificate-enable", () =>
        {
            if (services.Contains("SMTP")) call.Ask("ex-certificate-enable-asks", "Overwrite the existing default SMTP certificate?");
            certificate["services"] = ExchangeShapes.Words(ExchangeShapes.Words(certificate["services"]).Union(services));
            if (services.Contains("SMTP")) BecomesTransport(call, host, certificate);
        });
        return [];
    }

    private static IEnumerable<object?> Remove(Call call)
    {
        ExchangeDirectory.Of(call);
        var (host, thumbprint) = Meant(call);
        var certificate = Find(call, host, thumbprint ?? "");
        var transport = ExchangeServers.TransportOf(call, host);
        if (Shapes.Same(transport["InternalTransportCertificateThumbprint"], thumbprint)) throw call.Refuse("ex-certificate-remove-transport", "The internal transport certificate cannot be removed because that would cause the Microsoft Exchange Transport service to stop.");
        ExchangeConfirmation.Says(call, "ex-certificate-remove-asks");
        call.Change(host, "ex-certificate-remove", () => Store(call.Scenario, host).Remove(certificate));
        return [];
    }

    private static PSObject Print(Call call, JsonObject stored)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String((string)stored["raw"]!));
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(one => one.EnumerateDnsNames()).ToArray();
        var isValid = certificate.NotAfter.ToUniversalTime() > call.Scenario.Time && certificate.NotBefore.ToUniversalTime() <= call.Scenario.Time;
        return Shapes.Object("Microsoft.Exchange.Management.SystemConfigurationTasks.ExchangeCertificate",
            ("Thumbprint", certificate.Thumbprint), ("Subject", certificate.Subject), ("Issuer", certificate.Issuer), ("NotBefore", certificate.NotBefore),
            ("NotAfter", certificate.NotAfter), ("HasPrivateKey", (bool)stored["hasPrivateKey"]!), ("Services", ExchangeServices.Print(stored["services"])),
            ("FriendlyName", ExchangeShapes.Text(stored["friendlyName"])), ("CertificateDomains", names), ("IsSelfSigned", certificate.Subject == certificate.Issuer),
            ("PublicKeySize", certificate.GetRSAPublicKey()?.KeySize ?? 0), ("PrivateKeyExportable", (bool?)stored["exportable"] == true), ("RootCAType", "None"),
            ("SerialNumber", certificate.SerialNumber), ("Status", isValid ? "Valid" : "DateInvalid"), ("RawData", certificate.RawData));
    }
}
