using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Concordat.Judge.Running;

/// <summary>
/// All that one session can see and change: servers, what is deployed on them, what answers on the
/// network, the time. It is the JSON that the test sent, and it goes back as the session left it.
/// </summary>
internal sealed class Scenario(JsonObject world, Fault? fault)
{
    /// <summary>The scenario of the session that runs; types that stand for .NET's have nobody to ask but this.</summary>
    public static Scenario Current { get; set; } = null!;

    public JsonObject World { get; } = world;
    public JsonObject Here => World["here"]!.AsObject();
    public string Host => (string)Here["host"]!;
    public JsonObject Servers => World["servers"]!.AsObject();
    public JsonObject Machine => Servers[Host]!.AsObject();
    public JsonObject Deployments => World["deployments"]!.AsObject();
    public string? DeploymentHere => (string?)Here["deployment"];

    /// <summary>What was called, in order.</summary>
    public JsonArray Calls { get; } = [];

    /// <summary>Stores and answers that were opened and not closed.</summary>
    public int Open { get; set; }

    /// <summary>What a person sees.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Stops the running pipeline, as Ctrl+C does.</summary>
    public Action Interrupt { get; set; } = () => { };

    private DateTime now = DateTime.Parse((string)world["clock"]!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
    private int made;

    /// <summary>The time, without moving it.</summary>
    public DateTime Time => now;

    /// <summary>Looks at the clock. It moves by a millisecond a look, so that nothing happens at one moment twice.</summary>
    public DateTime Look()
    {
        now = now.AddMilliseconds(1);
        World["clock"] = Iso(now);
        return now;
    }

    public static string Iso(DateTime moment) => moment.ToUniversalTime().ToString("o", CultureInfo.InvariantCulture);

    /// <summary>A name that a server makes up: another one each time, the same in each run.</summary>
    public Guid NewGuid()
    {
        var seed = $"{(string?)World["seed"] ?? "0"}/{Iso(Look())}/{made++}";
        return new Guid(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(seed)));
    }

    /// <summary>
    /// Passes one place where something can go wrong. `before` and `instead` keep the effect from
    /// happening; `after` and `interrupt` come when it has.
    /// </summary>
    public JsonObject Begin(string kind, string name)
    {
        var call = new JsonObject { ["point"] = Calls.Count, ["kind"] = kind, ["name"] = name };
        Calls.Add((JsonNode)call);
        return call;
    }

    public string? FaultAt(JsonObject call)
    {
        if (fault is null || (int)call["point"]! != fault.At) return null;
        call["fault"] = fault.Mode;
        return fault.Mode;
    }

    /// <summary>A .NET method with an effect outside the script.</summary>
    public T Method<T>(string name, bool changes, Func<T> effect, JsonObject? given = null)
    {
        var call = Begin("method", name);
        if (given is not null) call["given"] = given;
        var mode = FaultAt(call);
        if (mode is "before" or "instead") throw new IOException(Fault.Message);
        var result = effect();
        if (changes) call["changed"] = true;
        if (mode is "after") throw new IOException(Fault.Message);
        if (mode is "interrupt") Interrupt();
        return result;
    }
}

/// <summary>What goes wrong in a run, and at which of its calls.</summary>
internal sealed record Fault(int At, string Mode)
{
    public const string Message = "a fault of the test";

    public static Fault? Read(JsonNode? node) => node is null ? null : new((int)node["at"]!, (string)node["mode"]!);

    public static ErrorRecord Record() => new(new InvalidOperationException(Message), "TestFault", ErrorCategory.ConnectionError, null);
}
