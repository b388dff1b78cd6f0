using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Concordat.Judge.Servers;

namespace Concordat.Judge.Running;

/// <summary>
/// What stands in the body of every simulated command. The function around it has the documented
/// parameter sets; this one does the work, so that errors, questions and -WhatIf are a real command's.
/// </summary>
[Cmdlet("Invoke", "Simulated", SupportsShouldProcess = true)]
public class InvokeCommand : PSCmdlet
{
    [Parameter(Mandatory = true)] public string Name { get; set; } = "";
    [Parameter(Mandatory = true)] public string Set { get; set; } = "";
    [Parameter(Mandatory = true)] public IDictionary Bound { get; set; } = new Hashtable();
    [Parameter] public object?[] Piped { get; set; } = [];

    protected override void EndProcessing()
    {
        if (BuiltIns.Plain.TryGetValue(Name, out var plain)) Write(plain(new BuiltInCall(this)));
        else Answer(Scenario.Current);
    }

    private void Answer(Scenario scenario)
    {
        var isBuiltIn = BuiltIns.Counted.TryGetValue(Name, out var builtIn);
        var record = scenario.Begin(isBuiltIn ? "built-in" : "server", Name);
        record["set"] = Set;
        record["given"] = Given();
        var mode = scenario.FaultAt(record);
        if (mode is "before") ThrowTerminatingError(Fault.Record());
        if (mode is "instead")
        {
            WriteError(Fault.Record());
            return;
        }
        Family.SettleAll(scenario, record);
        var results = Results(record, isBuiltIn, isBuiltIn ? () => builtIn!(new BuiltInCall(this, record)) : () => Served(scenario, record));
        Family.SettleAll(scenario, record);
        if (mode is "after") ThrowTerminatingError(Fault.Record());
        if (mode is "interrupt")
        {
            scenario.Interrupt();
            throw new PipelineStoppedException();
        }
        if (results is not null) Write(results);
    }

    private IEnumerable<object?> Served(Scenario scenario, JsonObject record)
    {
        var family = Family.Of(scenario.DeploymentHere!);
        if (!family.Commands.TryGetValue(Name, out var behaviour)) throw new NotSupportedException($"{Name} has no behaviour");
        var results = behaviour(new Call(scenario, this, record));
        return family.IsRemote ? results.Select(Shapes.Copy) : results;
    }

    /// <summary>The results of a call; none where the server said no. What else goes wrong is a bug of the simulation.</summary>
    private List<object?>? Results(JsonObject record, bool isBuiltIn, Func<IEnumerable<object?>> answer)
    {
        try
        {
            return answer().ToList();
        }
        catch (Refusal no)
        {
            record["refused"] = no.Row;
            WriteError(new ErrorRecord(new InvalidOperationException(no.Message), no.Row, ErrorCategory.InvalidOperation, null));
            return null;
        }
        catch (Exception bug) when ((!isBuiltIn || bug is NotSupportedException) && bug is not (PipelineStoppedException or RuntimeException or System.Management.Automation.Host.HostException or IOException))
        {
            record["bug"] = $"{bug.GetType().Name}: {bug.Message}{bug.StackTrace?.Split('\n')[0]}";
            throw;
        }
    }

    private void Write(IEnumerable<object?> results)
    {
        foreach (var result in results) WriteObject(result, false);
    }

    private JsonObject Given()
    {
        var given = new JsonObject();
        foreach (var name in Bound.Keys.Cast<string>().Where(name => !Stubs.Common.ContainsKey(name)).Order(StringComparer.Ordinal))
        {
            given[name] = Print((Bound[name] as PSObject)?.BaseObject ?? Bound[name]);
        }
        return given;
    }

    private static JsonNode? Print(object? value) => value switch
    {
        null => null,
        bool flag => flag,
        SwitchParameter on => on.IsPresent,
        string text => text,
        System.Security.SecureString => "(secret)",
        byte[] => "(bytes)",
        DateTime moment => Scenario.Iso(moment),
        IEnumerable many => Json.Words(many.Cast<object?>().Select(one => one?.ToString() ?? "")),
        _ => value.ToString(),
    };
}

/// <summary>The same for what asks first unless it is told -Confirm:$false.</summary>
[Cmdlet("Invoke", "Asking", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class InvokeAskingCommand : InvokeCommand;
