using System.Globalization;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Concordat.Judge.Running;

/// <summary>
/// Types that answer from the scenario in place of .NET's own: the engine looks a name up among its
/// accelerators first, so that the emitted file finds them without a change.
/// </summary>
internal static class Machine
{
    private static readonly Dictionary<string, Type> StandIns = new()
    {
        ["DateTimeOffset"] = typeof(Clock),
        ["Environment"] = typeof(ProcessEnvironment),
        ["IO.Directory"] = typeof(Folders),
        ["IO.File"] = typeof(Files),
        ["Net.Dns"] = typeof(ComputerNames),
        ["Net.WebRequest"] = typeof(PlainRequest),
        ["Security.Principal.WindowsIdentity"] = typeof(Identity),
        ["Security.Principal.WindowsPrincipal"] = typeof(Principal),
        ["System.Guid"] = typeof(MadeUpGuid),
        ["System.Security.Cryptography.X509Certificates.X509Store"] = typeof(Store),
    };

    public static void Install()
    {
        var accelerators = typeof(PSObject).Assembly.GetType("System.Management.Automation.TypeAccelerators")!;
        var known = (IDictionary<string, Type>)accelerators.GetProperty("Get")!.GetValue(null)!;
        var add = accelerators.GetMethod("Add")!;
        foreach (var (name, type) in StandIns)
        {
            if (!known.ContainsKey(name)) add.Invoke(null, [name, type]);
        }
    }

    /// <summary>The type that New-Object makes under a name.</summary>
    public static Type? TypeOf(string name) =>
        StandIns.GetValueOrDefault(name) ?? (LanguagePrimitives.TryConvertTo<Type>(name, out var type) ? type : null);
}

public static class Clock
{
    public static DateTimeOffset UtcNow => new(Scenario.Current.Look(), TimeSpan.Zero);
    public static DateTimeOffset Parse(string text, IFormatProvider provider) => DateTimeOffset.Parse(text, provider);
}

/// <summary>Random names of a vendor's script: the same ones in each run. The accelerator `guid` stays the type itself.</summary>
public static class MadeUpGuid
{
    public static Guid NewGuid() => Scenario.Current.NewGuid();
}

public static class ProcessEnvironment
{
    public static string? GetEnvironmentVariable(string name) => (string?)Scenario.Current.Machine["environment"]?[name];
}

public static class ComputerNames
{
    public sealed record Entry(string HostName);

    /// <summary>Where the domain's names cannot be asked a computer knows its short one.</summary>
    public static Entry GetHostEntry(string _) => (bool?)Scenario.Current.Here["nameless"] == true
        ? throw new IOException("No such host is known")
        : new(Scenario.Current.Host);

    public static string GetHostName() => Scenario.Current.Host.Split('.')[0];
}

public sealed class Identity
{
    public string Name => (string)Scenario.Current.Here["user"]!;
    public static Identity GetCurrent() => new();
}

public sealed class Principal(Identity identity)
{
    public Identity Identity { get; } = identity;

    public bool IsInRole(object role)
    {
        var here = Scenario.Current.Here;
        return role is System.Security.Principal.WindowsBuiltInRole
            ? (bool)here["elevated"]!
            : here["groups"]!.AsArray().Any(group => string.Equals((string?)group, role.ToString(), StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>Real files, below the folder of the session; every change can fail.</summary>
public static class Files
{
    public static bool Exists(string path) => File.Exists(path);
    public static byte[] ReadAllBytes(string path) => Scenario.Current.Method("ReadAllBytes", false, () => File.ReadAllBytes(path));
    public static string ReadAllText(string path) => Scenario.Current.Method("ReadAllText", false, () => File.ReadAllText(path));

    public static void WriteAllText(string path, string text) =>
        Scenario.Current.Method("WriteAllText", false, () =>
        {
            File.WriteAllText(path, text);
            return true;
        });

    public static void WriteAllBytes(string path, byte[] bytes) =>
        Scenario.Current.Method("WriteAllBytes", false, () =>
        {
            File.WriteAllBytes(path, bytes);
            return true;
        });

    public static void Move(string from, string to) =>
        Scenario.Current.Method("Move", false, () =>
        {
            File.Move(from, to);
            return true;
        });
}

public static class Folders
{
    public static bool Exists(string path) => Directory.Exists(path);
    public static string[] GetFiles(string path, string pattern) => Directory.GetFiles(path, pattern);
    public static void Move(string from, string to) =>
        Scenario.Current.Method("Move", false, () =>
        {
            Directory.Move(from, to);
            return true;
        });

    public static DirectoryInfo CreateDirectory(string path) => Scenario.Current.Method("CreateDirectory", false, () => Directory.CreateDirectory(path));
}

/// <summary>A certificate of this machine, as the store shows it.</summary>
public sealed class StoreCertificate(JsonNode certificate)
{
    public string Thumbprint => (string)certificate["thumbprint"]!;
    public string Subject => (string)certificate["subject"]!;
    public string FriendlyName => (string?)certificate["friendlyName"] ?? "";
    public bool HasPrivateKey => (bool)certificate["hasPrivateKey"]!;
    /// <summary>The public half in DER; no key is in it.</summary>
    public byte[] RawData => Convert.FromBase64String((string)certificate["raw"]!);
    /// <summary>
    /// The certificate with the properties that Windows keeps beside it, as [MS-GPEF] 2.2.1.1.1.1 lays them out;
    /// .NET gives them on Windows only. A key that CNG keeps has a provider of type zero.
    /// </summary>
    public byte[] Export(string type)
    {
        if (type != "SerializedCert") throw new ArgumentException($"no export of {type} here");
        var properties = new List<byte>();
        void Add(uint id, byte[] value) => properties.AddRange(
            [.. BitConverter.GetBytes(id), .. BitConverter.GetBytes(1u), .. BitConverter.GetBytes((uint)value.Length), .. value]);
        Add(3, Convert.FromHexString(Thumbprint));
        var storage = (string?)certificate["keyStorage"] ?? "csp";
        if (HasPrivateKey && storage != "untold") Add(2, ProviderOf(storage));
        Add(32, RawData);
        return [.. properties];
    }

    private static byte[] ProviderOf(string storage)
    {
        var container = System.Text.Encoding.Unicode.GetBytes("{7F2A3C1B-5D0E-4B7C-9A61-2E8D4C0F9B35}\0");
        var (provider, type) = storage == "cng" ? ("Microsoft Software Key Storage Provider\0", 0u) : ("Microsoft RSA SChannel Cryptographic Provider\0", 12u);
        uint[] head = [28, 28 + (uint)container.Length, type, 0x20, 0, 0, 1];
        return [.. head.SelectMany(BitConverter.GetBytes), .. container, .. System.Text.Encoding.Unicode.GetBytes(provider)];
    }

    public DateTime NotAfter => DateTime.Parse((string)certificate["notAfter"]!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal).ToLocalTime();
}

/// <summary>The store of this machine. Only what was opened can be read, and only what was opened so written.</summary>
public sealed class Store(string name, string location)
{
    private string opened = "";

    public void Open(string mode)
    {
        if (name != "My" || location != "LocalMachine") throw new InvalidOperationException($"no store {location}\\{name}");
        opened = mode;
        Scenario.Current.Open++;
    }

    public void Close()
    {
        opened = "";
        Scenario.Current.Open--;
    }

    public StoreCertificate[] Certificates => opened == ""
        ? throw new InvalidOperationException("the store is not open")
        : Scenario.Current.Machine["certificates"]!.AsArray().Select(one => new StoreCertificate(one!)).ToArray();

    public void Add(X509Certificate2 certificate)
    {
        if (opened != "ReadWrite") throw new InvalidOperationException("the store is open for reading only");
        Scenario.Current.Method("X509Store.Add", true, () =>
        {
            Scenario.Current.Machine["certificates"]!.AsArray().Add((JsonNode)Describe(certificate));
            return true;
        });
    }

    /// <summary>What the world keeps of a certificate.</summary>
    internal static JsonObject Describe(X509Certificate2 certificate, string? friendlyName = null) => new()
    {
        ["thumbprint"] = certificate.Thumbprint,
        ["subject"] = certificate.Subject,
        ["friendlyName"] = friendlyName ?? "",
        ["hasPrivateKey"] = certificate.HasPrivateKey,
        ["notBefore"] = Scenario.Iso(certificate.NotBefore),
        ["notAfter"] = Scenario.Iso(certificate.NotAfter),
        ["raw"] = Convert.ToBase64String(certificate.RawData),
    };
}

/// <summary>One request of a script that reads an answer of any status.</summary>
public sealed class PlainRequest
{
    private readonly Uri url;
    private PlainRequest(Uri url) => this.url = url;

    private string host = "";

    public int Timeout { get; set; } = 100_000;
    public bool AllowAutoRedirect { get; set; } = true;
    public System.Net.WebHeaderCollection Headers { get; } = [];

    public string Host
    {
        get => host;
        set => host = value == "" ? throw new ArgumentException("The specified value is not a valid Host header string.") : value;
    }

    public static PlainRequest Create(string url) => new(new Uri(url));

    public PlainResponse GetResponse() => Scenario.Current.Method("GetResponse", false, () =>
    {
        Web.CheckTls();
        var answer = Web.TrustingAnswer(url, Host, Headers["Authorization"]);
        if (answer.Fault is not null) throw new PlainFault(answer.Fault, null);
        var response = new PlainResponse(answer);
        return answer.Status < 400 ? response : throw new PlainFault($"The remote server returned an error: ({answer.Status}).", response);
    }, Given());

    private JsonObject Given() => new()
    {
        ["Url"] = url.ToString(),
        ["Host"] = Host,
        ["Authorization"] = Headers["Authorization"] ?? "",
        ["Timeout"] = Timeout,
        ["AllowAutoRedirect"] = AllowAutoRedirect,
    };
}

public sealed class PlainFault(string message, PlainResponse? response) : Exception(message)
{
    public PlainResponse? Response { get; } = response;
}

public sealed class PlainResponse
{
    private readonly WebAnswer answer;
    internal PlainResponse(WebAnswer answer)
    {
        this.answer = answer;
        Scenario.Current.Open++;
    }

    public System.Net.HttpStatusCode StatusCode => (System.Net.HttpStatusCode)answer.Status;
    public Stream GetResponseStream() => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(answer.Body));
    public void Close() => Scenario.Current.Open--;

    public System.Net.WebHeaderCollection Headers
    {
        get
        {
            var headers = new System.Net.WebHeaderCollection();
            if (answer.Challenge is not null) headers.Add("WWW-Authenticate", answer.Challenge);
            return headers;
        }
    }
}
