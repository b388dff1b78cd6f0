using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>What Set-ADServerSettings says; it lasts as long as the session.</summary>
internal sealed class SessionSettings
{
    private static readonly ConditionalWeakTable<Scenario, SessionSettings> All = [];

    public string? PreferredServer { get; set; }
    public bool ViewEntireForest { get; set; }

    public static SessionSettings Of(Scenario scenario) => All.GetOrCreateValue(scenario);
}

/// <summary>An object as one domain controller shows it, with where it is stored.</summary>
internal sealed record Seen(JsonObject Stored, JsonObject State)
{
    public string Name => (string)State["Name"]!;
}

/// <summary>
/// The organisation's objects as one domain controller shows them. A write is seen where it was made
/// at once, on the other controllers after replication. A stored object has the properties of its
/// newest state, and under `earlier` each write with the state that it replaced (null: none).
/// </summary>
internal sealed class ExchangeDirectory
{
    private const string Earlier = "earlier";
    private readonly Call call;
    private readonly TimeSpan replication;

    public string Controller { get; }

    private ExchangeDirectory(Call call, string controller)
    {
        this.call = call;
        Controller = controller;
        replication = TimeSpan.FromMinutes((double?)call.Site.Facts["replicationMinutes"] ?? 15);
    }

    /// <summary>The controller that the call names, or the one of the session, or the first one.</summary>
    public static ExchangeDirectory Of(Call call)
    {
        ExchangeCertificates.Arrive(call.Scenario, call.Site.Deployment);
        var known = call.Site.Facts["domainControllers"]!.AsArray().Select(one => (string)one!).ToList();
        var wanted = call.Text("DomainController") ?? SessionSettings.Of(call.Scenario).PreferredServer ?? known[0];
        return new(call, Controllers(call, wanted));
    }

    /// <summary>The full name of a controller that exists.</summary>
    public static string Controllers(Call call, string wanted) =>
        call.Site.Facts["domainControllers"]!.AsArray().Select(one => (string)one!)
            .FirstOrDefault(one => string.Equals(one, wanted, StringComparison.OrdinalIgnoreCase))
        ?? throw call.Refuse("ex-controller-unknown", $"An Active Directory error 0x51 occurred when trying to check the suitability of server '{wanted}'. Error: 'Active directory response: The LDAP server is unavailable.'");

    public IReadOnlyList<Seen> All(string kind) =>
        call.All(kind).Concat(call.All("Removed").Where(one => Shapes.Same(one!["kind"], kind)))
            .Select(one => one!.AsObject())
            .Select(stored => (stored, state: StateOf(stored, IsHere)))
            .Where(pair => pair.state is not null).Select(pair => new Seen(pair.stored, pair.state!)).ToList();

    private bool IsHere(JsonObject write) =>
        Shapes.Same(write["on"], Controller) || Shapes.Moment(write["at"]) + replication <= call.Scenario.Time;

    /// <summary>The state after the last of an object's writes that has arrived; null where it is not there.</summary>
    public static JsonObject? StateOf(JsonObject stored, Func<JsonObject, bool> arrived)
    {
        var state = stored.ContainsKey("kind") ? null : stored;
        foreach (var write in (stored[Earlier]?.AsArray() ?? []).Reverse())
        {
            if (arrived(write!.AsObject())) break;
            state = write["state"] as JsonObject;
        }
        var copy = state?.DeepClone().AsObject();
        copy?.Remove(Earlier);
        return copy;
    }

    public Seen Add(string kind, JsonObject state)
    {
        var now = Scenario.Iso(call.Scenario.Look());
        state["Guid"] = call.Scenario.NewGuid().ToString();
        state["WhenCreatedUTC"] = now;
        state["WhenChangedUTC"] = now;
        var stored = state.DeepClone().AsObject();
        stored[Earlier] = new JsonArray(Write(now, null));
        call.All(kind).Add((JsonNode)stored);
        return new(stored, state);
    }

    public void Change(Seen seen, Action<JsonObject> effect)
    {
        var now = Scenario.Iso(call.Scenario.Look());
        effect(seen.State);
        seen.State["WhenChangedUTC"] = now;
        Replace(seen.Stored, Write(now, Current(seen.Stored)), seen.State);
    }

    /// <summary>What the servers do by themselves, at a moment of their own.</summary>
    public void ByItself(Seen seen, DateTime at, JsonObject after)
    {
        var write = Write(Scenario.Iso(at), Current(seen.Stored));
        write["byItself"] = true;
        Replace(seen.Stored, write, after);
    }

    public void Remove(string kind, Seen seen)
    {
        var write = Write(Scenario.Iso(call.Scenario.Look()), Current(seen.Stored));
        call.All(kind).Remove(seen.Stored);
        var kept = new JsonObject { ["kind"] = kind };
        call.All("Removed").Add((JsonNode)kept);
        var writes = Writes(seen.Stored);
        writes.Add((JsonNode)write);
        kept[Earlier] = writes;
    }

    private JsonObject Write(string at, JsonObject? replaced) => new() { ["at"] = at, ["on"] = Controller, ["state"] = replaced };

    private static JsonObject? Current(JsonObject stored) => StateOf(stored, _ => true);

    private static JsonArray Writes(JsonObject stored) => stored[Earlier]?.DeepClone().AsArray() ?? [];

    private static void Replace(JsonObject stored, JsonObject write, JsonObject state)
    {
        var writes = Writes(stored);
        writes.Add((JsonNode)write);
        stored.Clear();
        foreach (var (name, value) in state) stored[name] = value?.DeepClone();
        stored[Earlier] = writes;
    }
}
