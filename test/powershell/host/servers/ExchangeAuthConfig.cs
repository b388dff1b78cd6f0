using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

using Behaviour = Func<Call, IEnumerable<object?>>;

/// <summary>The one authorization configuration of the organisation: its certificates by slot, its name and realm.</summary>
internal static class ExchangeAuthConfig
{
    private const string Current = "CurrentCertificateThumbprint";
    private const string Previous = "PreviousCertificateThumbprint";
    private const string Next = "NextCertificateThumbprint";
    private const string Effective = "NextCertificateEffectiveDate";

    /// <summary>When the servers promote the next certificate by themselves.</summary>
    private const string Promotes = "promotes";

    public static IReadOnlyDictionary<string, Behaviour> Commands { get; } = new Dictionary<string, Behaviour>
    {
        ["Get-AuthConfig"] = Get,
        ["Set-AuthConfig"] = Set,
    };

    /// <summary>The configuration as it is at a moment: the servers promote a certificate whose day has come.</summary>
    public static JsonObject At(JsonObject state, DateTime now)
    {
        var at = state.DeepClone().AsObject();
        return at[Promotes] is { } due && Shapes.Moment(due) <= now ? Promoted(at) : at;
    }

    private static JsonObject Promoted(JsonObject state)
    {
        state[Previous] = (string?)state[Current];
        state[Current] = (string?)state[Next];
        state[Next] = "";
        state[Effective] = null;
        state.Remove(Promotes);
        return state;
    }

    /// <summary>Thumbprints in use, the current one first.</summary>
    public static IEnumerable<string> Slots(JsonObject state, bool withNext) =>
        new[] { Current, Previous, withNext ? Next : Current }.Select(slot => ExchangeShapes.Text(state[slot])).Where(one => one != "").Distinct(StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<object?> Get(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var stored = directory.All("AuthConfig").Single().State;
        var state = At(stored, call.Scenario.Time);
        call.Met(Shapes.Same(stored[Current], (string?)state[Current]) ? "ex-auth-config-read" : "ex-auth-config-by-itself");
        return
        [
            ExchangeShapes.Printed(call, directory, "Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthConfig", "Auth Configuration", state,
                (Current, ExchangeShapes.Text(state[Current])), (Previous, ExchangeShapes.Text(state[Previous])), (Next, ExchangeShapes.Text(state[Next])),
                (Effective, ExchangeShapes.Utc(state[Effective])?.ToLocalTime()), ("ServiceName", (string)state["ServiceName"]!),
                ("Realm", ExchangeShapes.Text(state["Realm"])), ("DeploymentId", ""), ("IssuerIdentifier", "")),
        ];
    }

    private static IEnumerable<object?> Set(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var seen = Promote(call, directory, directory.All("AuthConfig").Single());
        if (call.Has("NewCertificateThumbprint") || call.Has("NewCertificateEffectiveDate")) Stage(call, directory, seen);
        else if (call.Has("CertificateThumbprint")) Replace(call, directory, seen);
        else if (call.Flag("PublishCertificate") == true || call.Flag("ClearPreviousCertificate") == true) Publish(call, directory, seen);
        else Settings(call, directory, seen);
        return [];
    }

    /// <summary>Writes down what the servers have done by themselves since.</summary>
    private static Seen Promote(Call call, ExchangeDirectory directory, Seen seen)
    {
        if (seen.State[Promotes] is not { } due || Shapes.Moment(due) > call.Scenario.Time) return seen;
        var after = At(seen.State, call.Scenario.Time);
        directory.ByItself(seen, Shapes.Moment(due), after);
        return new(seen.Stored, after);
    }

    private static void Stage(Call call, ExchangeDirectory directory, Seen seen)
    {
        if (call.Text("NewCertificateThumbprint") is not { Length: > 0 } wanted || call.Moment("NewCertificateEffectiveDate") is not { } date)
        {
            throw call.Refuse("ex-auth-next-incomplete", "You must specify both the new certificate and the date on which it becomes effective.");
        }
        var thumbprint = Usable(call, wanted, "ex-auth-next");
        if (Shapes.Same(seen.State[Current], thumbprint)) throw call.Refuse("ex-auth-next-is-current", $"The certificate with thumbprint {thumbprint} is already the current certificate.");
        if (date < call.Scenario.Time.AddDays(-1)) throw call.Refuse("ex-auth-next-past", "The effective date of the new certificate is in the past.");
        call.Change("Auth Configuration", "ex-auth-next-set", () =>
        {
            if (date < call.Scenario.Time.AddHours(48)) call.Ask("ex-auth-next-asks", "The effective date of the new certificate is less than 48 hours from now, which may be too soon for its deployment to every server. Do you want to continue?");
            var seenFrom = call.Scenario.Time + Copying(call);
            directory.Change(seen, state =>
            {
                state[Next] = thumbprint;
                state[Effective] = Scenario.Iso(date);
                state[Promotes] = Scenario.Iso(date > seenFrom ? date : seenFrom);
                Deploys(call, state, thumbprint);
            });
        });
    }

    private static void Replace(Call call, ExchangeDirectory directory, Seen seen)
    {
        var thumbprint = Usable(call, call.Text("CertificateThumbprint")!, "ex-auth-current");
        call.Change("Auth Configuration", "ex-auth-current-set", () =>
        {
            call.Ask("ex-auth-current-asks", "The certificate takes effect at once, on servers that may not have it yet. Do you want to continue?");
            directory.Change(seen, state =>
            {
                state[Current] = thumbprint;
                Deploys(call, state, thumbprint);
            });
        });
    }

    private static void Publish(Call call, ExchangeDirectory directory, Seen seen)
    {
        var publishes = call.Flag("PublishCertificate") == true;
        if (publishes && ExchangeShapes.Text(seen.State[Next]) == "") throw call.Refuse("ex-auth-publish-no-next", "There is no new certificate to publish.");
        call.Change("Auth Configuration", publishes ? "ex-auth-publish" : "ex-auth-clear-previous", () =>
        {
            if (publishes && Shapes.Moment(seen.State[Effective]) > call.Scenario.Time) call.Ask("ex-auth-publish-asks", "The effective date of the new certificate has not come. Do you want to publish it now?");
            directory.Change(seen, state =>
            {
                if (publishes) Promoted(state);
                if (call.Flag("ClearPreviousCertificate") == true) state[Previous] = "";
            });
        });
    }

    private static void Settings(Call call, ExchangeDirectory directory, Seen seen) =>
        call.Change("Auth Configuration", call.Has("ServiceName") ? "ex-auth-service-name" : "ex-auth-realm", () => directory.Change(seen, state =>
        {
            if (call.Has("Realm")) state["Realm"] = call.Text("Realm") ?? "";
            if (call.Has("ServiceName")) state["ServiceName"] = call.Text("ServiceName") ?? "";
        }));

    /// <summary>The thumbprint of a certificate that can sign: on the server that the call means, with its key, valid.</summary>
    private static string Usable(Call call, string thumbprint, string row)
    {
        var host = ExchangeServers.HostOf(call, call.Text("Server"));
        var certificate = ExchangeCertificates.On(call.Scenario, host).FirstOrDefault(one => Shapes.Same(one["thumbprint"], thumbprint))
            ?? throw call.Refuse($"{row}-missing", $"The certificate with thumbprint {thumbprint} was not found on {host}.");
        if (!(bool)certificate["hasPrivateKey"]!) throw call.Refuse($"{row}-no-key", $"The certificate with thumbprint {thumbprint} has no private key on {host}.");
        if (Shapes.Moment(certificate["notAfter"]) <= call.Scenario.Time) throw call.Refuse($"{row}-expired", $"The certificate with thumbprint {thumbprint} has expired.");
        return (string)certificate["thumbprint"]!;
    }

    /// <summary>From now on the servers copy it to each other.</summary>
    private static void Deploys(Call call, JsonObject state, string thumbprint)
    {
        var deploys = state["deploys"] as JsonObject ?? [];
        state["deploys"] = deploys;
        if (!deploys.ContainsKey(thumbprint)) deploys[thumbprint] = Scenario.Iso(call.Scenario.Time + Copying(call));
    }

    private static TimeSpan Copying(Call call) => TimeSpan.FromHours((double?)call.Site.Facts["copyHours"] ?? 12);
}
