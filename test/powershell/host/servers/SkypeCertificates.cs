using System.Management.Automation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>What a certificate is used for.</summary>
public enum CertType { Default, Internal, External, WebServicesInternal, WebServicesExternal, AccessEdgeExternal, DataEdgeExternal, AudioVideoAuthentication, OAuthTokenIssuer }

/// <summary>
/// Certificates in use. Of the issuer's there are two slots at the global scope: `current`, which may
/// have its date still ahead, and `previous`, which signs until then.
/// </summary>
internal static class SkypeCertificates
{
    private const string Issuer = "OAuthTokenIssuer";
    private static string Row(Call call, string what) => SkypeStore.Row(call, what);

    /// <summary>What holds for an assignment, whichever command makes it.</summary>
    private static string Rule(string what) => $"set-cscertificate-{what}";

    private static JsonObject? Slot(JsonObject objects, string slot) => SkypeStore.Of(objects, "CsCertificate")
        .FirstOrDefault(one => Shapes.Same(one["Use"], Issuer) && Shapes.Same(one["slot"], slot));

    private static bool IsStaged(JsonObject? certificate, DateTime now) =>
        certificate?["EffectiveDate"] is { } date && Shapes.Moment(date).ToUniversalTime() > now;

    /// <summary>The certificate that signs at a moment.</summary>
    public static JsonObject? Signing(JsonObject objects, DateTime now) =>
        Slot(objects, "current") is { } current && !IsStaged(current, now) ? current : Slot(objects, "previous") is { } previous && Slot(objects, "current") is not null ? previous : null;

    /// <summary>The other one: staged, or previous.</summary>
    public static JsonObject? Beside(JsonObject objects, DateTime now) =>
        IsStaged(Slot(objects, "current"), now) ? Slot(objects, "current") : Slot(objects, "previous");

    public static X509Certificate2 Load(JsonNode? raw) => X509CertificateLoader.LoadCertificate(Convert.FromBase64String((string)raw!));

    public static JsonObject? InStore(JsonObject machine, string? thumbprint) =>
        machine["certificates"]!.AsArray().Select(one => one!.AsObject()).FirstOrDefault(one => Shapes.Same(one["thumbprint"], thumbprint));

    /// <summary>What replication does on a front end with the global certificates.</summary>
    public static void Deploy(JsonObject objects, JsonObject machine)
    {
        foreach (var one in SkypeStore.Of(objects, "CsCertificate").Where(one => Shapes.Same(one["SourceScope"], "Global") && InStore(machine, (string)one["Thumbprint"]!) is null))
        {
            using var certificate = Load(one["raw"]);
            var entry = Store.Describe(certificate, (string?)one["friendlyName"]);
            entry["hasPrivateKey"] = true;
            machine["certificates"]!.AsArray().Add((JsonNode)entry);
        }
    }

    public static IEnumerable<object?> Get(Call call)
    {
        var types = call.Words("Type") is { } words ? words.SelectMany(word => word.Split(',')).Select(word => TypeOf(call, word.Trim())).ToList() : null;
        var scope = call.Text("Identity");
        var now = call.Scenario.Look();
        call.Met(Row(call, "lists"));
        return Printed(call, now).Where(one => (types is null || types.Contains((CertType)one.Properties["Use"].Value))
            && (scope is null || string.Equals((string)one.Properties["SourceScope"].Value, scope, StringComparison.OrdinalIgnoreCase)));
    }

    private static CertType TypeOf(Call call, string text) => Enum.TryParse<CertType>(text, true, out var type) && Enum.IsDefined(type)
        ? type
        : throw call.Refuse(Row(call, "type"), $"Cannot convert value \"{text}\" to type \"CertType\".");

    private static IEnumerable<PSObject> Printed(Call call, DateTime now)
    {
        foreach (var one in SkypeStore.Of(call.Objects, "CsCertificate").Where(one => one["slot"] is null)) yield return Print(one, null);
        if (Slot(call.Objects, "current") is not { } current) yield break;
        var previous = Slot(call.Objects, "previous");
        var asTwo = IsStaged(current, now) && Shapes.Same(call.Site.Facts["stagedShape"], "two") && previous is not null;
        if (IsStaged(current, now)) call.Met(Row(call, asTwo ? "staged-two" : "staged-one"));
        if (asTwo) yield return Print(previous!, null);
        yield return Print(current, asTwo ? null : previous);
    }

    private static PSObject Print(JsonObject one, JsonObject? previous)
    {
        using var certificate = Load(one["raw"]);
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames());
        return Shapes.Object(
            "Microsoft.Rtc.Management.Deployment.CertificateReference",
            ("Issuer", certificate.Issuer), ("NotAfter", certificate.NotAfter), ("NotBefore", certificate.NotBefore),
            ("SerialNumber", certificate.SerialNumber), ("Subject", certificate.Subject), ("AlternativeNames", names.ToArray<object>()),
            ("Thumbprint", certificate.Thumbprint), ("EffectiveDate", Local(one["EffectiveDate"]) ?? certificate.NotBefore),
            ("PreviousThumbprint", (string?)previous?["Thumbprint"] ?? ""), ("UpdateTime", Local(one["UpdateTime"])),
            ("Use", Enum.Parse<CertType>((string)one["Use"]!)), ("SourceScope", (string)one["SourceScope"]!));
    }

    private static DateTime? Local(JsonNode? text) => text is null ? null : Shapes.Moment(text).ToUniversalTime().ToLocalTime();

    public static IEnumerable<object?> Set(Call call)
    {
        if (call.Set == "CertificateReference") throw new NotSupportedException("Set-CsCertificate -Reference is not simulated");
        RequireGlobalIssuer(call);
        if (call.Set == "Path") Assign(call, Opened(call, true), isNew: true);
        else Assign(call, InStore(call.Site.Machine, call.Text("Thumbprint")) ?? throw call.Refuse(Row(call, "not-in-store"), $"Certificate with thumbprint {call.Text("Thumbprint")} was not found in the Local Computer store."), isNew: false);
        return [];
    }

    public static IEnumerable<object?> Import(Call call)
    {
        var isLocal = call.Set.StartsWith("Local", StringComparison.Ordinal);
        if (!isLocal) RequireGlobalIssuer(call);
        var entry = Opened(call, isLocal ? call.Flag("PrivateKeyExportable") ?? false : true);
        if (isLocal) call.Change(call.Site.Server, Row(call, "loads"), () => Keep(call, entry));
        else Assign(call, entry, isNew: true);
        return [];
    }

    private static void RequireGlobalIssuer(Call call)
    {
        var types = call.Words("Type") ?? throw call.Refuse(Row(call, "type"), "The Type parameter is required.");
        if (types is not [var one] || TypeOf(call, one) != CertType.OAuthTokenIssuer) throw new NotSupportedException($"{call.Command} -Type {string.Join(",", types)} is not simulated");
        if (!string.Equals(call.Text("Identity"), "global", StringComparison.OrdinalIgnoreCase)) throw call.Refuse(Row(call, "scope"), "The OAuthTokenIssuer certificate can only be assigned at the global scope.");
    }

    private static JsonObject Opened(Call call, bool exportable)
    {
        var path = call.Resolve(call.Text("Path")!);
        if (!File.Exists(path)) throw call.Refuse(Row(call, "no-file"), $"Cannot find path '{path}' because it does not exist.");
        try
        {
            using var certificate = X509CertificateLoader.LoadPkcs12FromFile(path, call.Text("Password"), X509KeyStorageFlags.EphemeralKeySet);
            var entry = Store.Describe(certificate);
            entry["exportable"] = exportable;
            return entry;
        }
        catch (CryptographicException)
        {
            throw call.Refuse(Row(call, "password"), "The specified network password is not correct.");
        }
    }

    private static void Keep(Call call, JsonObject entry)
    {
        if (InStore(call.Site.Machine, (string)entry["thumbprint"]!) is null) call.Site.Machine["certificates"]!.AsArray().Add((JsonNode)entry);
    }

    private static void Assign(Call call, JsonObject entry, bool isNew)
    {
        var now = call.Scenario.Look();
        CheckCertificate(call, entry, now);
        var date = call.Moment("EffectiveDate");
        if (call.Flag("Roll") == true) CheckRoll(call, entry, date, now);
        else if (date is not null) throw call.Refuse(Rule("date-without-roll"), "The EffectiveDate parameter needs the Roll parameter.");
        SkypeStore.Commit(call, $"global {Issuer}", date is null ? "replaces" : "stages", () =>
        {
            if (isNew) Keep(call, entry);
            Place(call, entry, date ?? now, now);
        });
    }

    /// <summary>Two are kept: what signs now stays beside the new one, and whatever was beside it is gone.</summary>
    private static void Place(Call call, JsonObject entry, DateTime date, DateTime now)
    {
        var signing = Signing(call.Objects, now);
        var all = call.All("CsCertificate");
        foreach (var old in new[] { Slot(call.Objects, "current"), Slot(call.Objects, "previous") }.Where(old => old is not null)) all.Remove(old);
        all.Add((JsonNode)new JsonObject
        {
            ["Use"] = Issuer, ["SourceScope"] = "Global", ["slot"] = "current", ["Thumbprint"] = (string)entry["thumbprint"]!, ["friendlyName"] = (string?)entry["friendlyName"] ?? "",
            ["EffectiveDate"] = Scenario.Iso(date), ["UpdateTime"] = Scenario.Iso(now), ["raw"] = (string)entry["raw"]!,
        });
        if (signing is null) return;
        signing["slot"] = "previous";
        all.Add((JsonNode)signing);
    }

    private static void CheckCertificate(Call call, JsonObject entry, DateTime now)
    {
        if ((bool?)entry["hasPrivateKey"] != true) throw call.Refuse(Rule("no-key"), "The certificate does not have a private key.");
        if ((bool?)entry["exportable"] == false) throw call.Refuse(Rule("not-exportable"), "The private key of the certificate is not exportable.");
        using var certificate = Load(entry["raw"]);
        if (certificate.GetRSAPublicKey() is not { KeySize: >= 2048 }) throw call.Refuse(Rule("short-key"), "The certificate must have an RSA key of at least 2048 bits.");
        if (certificate.NotAfter.ToUniversalTime() <= now) throw call.Refuse(Rule("expired"), "The certificate is expired.");
    }

    private static void CheckRoll(Call call, JsonObject entry, DateTime? date, DateTime now)
    {
        if (date is not { } from) throw call.Refuse(Rule("roll-without-date"), "The Roll parameter needs the EffectiveDate parameter.");
        if (from <= now) throw call.Refuse(Rule("date-past"), "The effective date must lie in the future.");
        if (IsStaged(Slot(call.Objects, "current"), now)) throw call.Refuse(Rule("roll-under-way"), "A certificate is staged already.");
        if (Signing(call.Objects, now) is not { } signing) throw call.Refuse(Rule("roll-of-nothing"), "There is no current certificate to roll.");
        using var current = Load(signing["raw"]);
        if (from > current.NotAfter.ToUniversalTime().AddHours(-24)) throw call.Refuse(Rule("date-late"), "The effective date must be at least 24 hours before the current certificate expires.");
        using var next = Load(entry["raw"]);
        if (from < next.NotBefore.ToUniversalTime() || from >= next.NotAfter.ToUniversalTime()) throw call.Refuse(Rule("date-outside"), "The certificate is not valid on the effective date.");
    }

    public static IEnumerable<object?> Remove(Call call)
    {
        RequireGlobalIssuer(call);
        var slot = call.Flag("Previous") == true ? "previous" : "current";
        if (Slot(call.Objects, slot) is not { } certificate) throw call.Refuse(Row(call, "not-found"), $"There is no {slot} certificate.");
        if (IsStaged(Slot(call.Objects, "current"), call.Scenario.Look())) throw call.Refuse(Row(call, "staged"), "A certificate is staged; the one before it still signs.");
        SkypeStore.Commit(call, $"global {Issuer}", slot == "previous" ? "drops-previous" : "drops-current", () =>
        {
            call.Ask(Row(call, "asks"), "Are you sure that you want to remove the certificate?");
            call.All("CsCertificate").Remove(certificate);
        });
        return [];
    }
}
