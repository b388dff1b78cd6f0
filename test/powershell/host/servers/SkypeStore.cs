using System.Management.Automation;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>
/// The Central Management store: one for a deployment, and a copy of it on every front end. A change
/// reaches the copies some minutes later; until then a front end goes by what it holds.
/// </summary>
internal static class SkypeStore
{
    private const double Minutes = 5;

    /// <summary>The row of the table for what a command does or refuses.</summary>
    public static string Row(Call call, string what) => $"{call.Command.ToLowerInvariant()}-{what}";

    /// <summary>A command that needs the store, or for -LocalStore only this server's copy.</summary>
    public static Func<Call, IEnumerable<object?>> Needed(Func<Call, IEnumerable<object?>> command) => call =>
    {
        var isLocal = call.Flag("LocalStore") == true;
        if (!isLocal && (bool?)call.Site.Facts["cmsReachable"] == false) throw call.Refuse(Row(call, "unreachable"), "Could not connect to SQL server: the Central Management store cannot be reached.");
        NotSimulated(call, "Tenant", "Instance", "InMemory", "NetportId", "Report");
        return command(call);
    };

    /// <summary>What is documented and not part of the simulation is a defect of it, never a silent success.</summary>
    private static void NotSimulated(Call call, params string[] parameters)
    {
        if (parameters.FirstOrDefault(call.Has) is { } one) throw new NotSupportedException($"{call.Command} -{one} is not simulated");
    }

    /// <summary>The objects of a kind, of the store or of this server's copy.</summary>
    public static IReadOnlyList<JsonObject> Read(Call call, string kind)
    {
        if (call.Flag("LocalStore") != true) return Of(call.Objects, kind);
        call.Met(Row(call, "local-store"));
        return Of(Copy(call.Site), kind);
    }

    public static IReadOnlyList<JsonObject> Of(JsonObject objects, string kind) =>
        (objects[kind] as JsonArray ?? []).Select(one => one!.AsObject()).ToList();

    public static JsonObject? Find(IEnumerable<JsonObject> objects, string? identity) =>
        objects.FirstOrDefault(one => Shapes.Same(one["Identity"], identity));

    /// <summary>Objects by -Identity or -Filter; all of them where neither is given.</summary>
    public static IReadOnlyList<JsonObject> Chosen(Call call, string kind, Func<string, string> named)
    {
        var all = Read(call, kind);
        call.Met(Row(call, "lists"));
        if (call.Text("Filter") is { } filter)
        {
            var pattern = WildcardPattern.Get(filter, WildcardOptions.IgnoreCase);
            return all.Where(one => pattern.IsMatch((string)one["Identity"]!)).ToList();
        }
        if (call.Text("Identity") is not { } identity) return all;
        return [Find(all, named(identity)) ?? throw NotFound(call, identity)];
    }

    public static Refusal NotFound(Call call, string? identity) =>
        call.Refuse(Row(call, "not-found"), $"Cannot find \"{identity}\" because it does not exist.");

    /// <summary>A change of the store. From now on the copies are behind.</summary>
    public static bool Commit(Call call, string target, string what, Action effect, string? asks = null) =>
        call.Change(target, Row(call, what), () =>
        {
            var before = Snapshot(call.Objects);
            effect();
            Spread(call.Site, before);
        }, asks);

    private static JsonObject Snapshot(JsonObject objects)
    {
        var copy = objects.DeepClone().AsObject();
        copy.Remove("CsReplica");
        return copy;
    }

    private static void Spread(Site site, JsonObject before)
    {
        var now = site.Scenario.Look();
        site.Facts["cmsChangedAt"] = Scenario.Iso(now);
        foreach (var replica in Of(site.Objects, "CsReplica"))
        {
            if (IsUpToDate(replica, now)) replica["holds"] = before.DeepClone();
            if ((bool?)replica["stuck"] == true) replica["upToDateAt"] = null;
            else if (replica["upToDateAt"] is not null) replica["upToDateAt"] = Scenario.Iso(now.AddMinutes((double?)site.Facts["replicationMinutes"] ?? Minutes));
        }
    }

    /// <summary>Never, where no moment is said.</summary>
    public static bool IsUpToDate(JsonObject replica, DateTime now) =>
        replica["upToDateAt"] is { } at && Shapes.Moment(at).ToUniversalTime() <= now;

    /// <summary>What one server knows of the store.</summary>
    public static JsonObject Copy(Site site)
    {
        var replica = Of(site.Objects, "CsReplica").FirstOrDefault(one => Shapes.Same(one["fqdn"], site.Server));
        if (replica is null || IsUpToDate(replica, site.Scenario.Time)) return site.Objects;
        return replica["holds"] as JsonObject ?? [];
    }

    /// <summary>Copies whose time has come: the server puts the global certificates into its store.</summary>
    public static void Settle(Scenario scenario, string deployment)
    {
        var objects = scenario.Deployments[deployment]!["objects"]!.AsObject();
        foreach (var replica in Of(objects, "CsReplica"))
        {
            if (replica["holds"] is null || !IsUpToDate(replica, scenario.Time)) continue;
            replica.Remove("holds");
            if (scenario.Servers[(string)replica["fqdn"]!] is JsonObject server) SkypeCertificates.Deploy(objects, server);
        }
    }

    public static IEnumerable<object?> Status(Call call)
    {
        if (call.Flag("CentralManagementStoreStatus") == true) throw new NotSupportedException("-CentralManagementStoreStatus is not simulated");
        var all = Of(call.Objects, "CsReplica");
        var chosen = call.Text("ReplicaFqdn") is { } fqdn ? all.Where(one => Shapes.Same(one["fqdn"], fqdn)).ToList() : all;
        if (chosen.Count == 0 && call.Has("ReplicaFqdn")) throw NotFound(call, call.Text("ReplicaFqdn"));
        var now = call.Scenario.Look();
        call.Met(Row(call, chosen.All(one => IsUpToDate(one, now)) ? "up-to-date" : "behind"));
        return chosen.Select(replica => Status(call, replica, now));
    }

    private static PSObject Status(Call call, JsonObject replica, DateTime now) => Shapes.Object(
        "Microsoft.Rtc.Management.Xds.ReplicaState",
        ("UpToDate", IsUpToDate(replica, now)),
        ("ReplicaFqdn", (string)replica["fqdn"]!),
        ("LastStatusReport", now.ToLocalTime()),
        ("LastUpdateCreation", call.Site.Facts["cmsChangedAt"] is { } at ? Shapes.Moment(at).ToLocalTime() : now.ToLocalTime()),
        ("ProductVersion", (string?)call.Site.Facts["build"] ?? ""));
}
