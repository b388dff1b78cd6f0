using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.Json.Nodes;

namespace Concordat.Judge;

/// <summary>
/// Binds every call of a script, by the engine's own binder, to functions with the documented
/// parameter sets. Constants are passed as written; whatever is computed becomes a dummy value of
/// the parameter's type. Nothing of the script itself runs.
/// </summary>
internal static class Binding
{
    public static JsonNode Answer(JsonNode request, Documented documented)
    {
        var source = Source.Of(request);
        var script = new ScriptUnderTest(
            source,
            documented,
            Version.Parse((string?)request["level"] ?? "5.1"),
            Words(request["positional"]),
            (request["computed"]?.AsObject() ?? []).ToDictionary(entry => entry.Key, entry => (string)entry.Value!, StringComparer.OrdinalIgnoreCase));
        using var shell = documented.Shell();
        script.Define(shell);
        var calls = new JsonArray();
        var failures = new JsonArray();
        foreach (var command in source.All<CommandAst>())
        {
            foreach (var outcome in script.Judge(shell, command))
            {
                (outcome.ContainsKey("reason") ? failures : calls).Add((JsonNode)outcome);
            }
        }
        return new JsonObject { ["calls"] = calls, ["failures"] = failures };
    }

    private static HashSet<string> Words(JsonNode? list) =>
        new((list?.AsArray() ?? []).Select(word => (string)word!), StringComparer.OrdinalIgnoreCase);
}

internal sealed class ScriptUnderTest(
    Source source, Documented documented, Version level, HashSet<string> positional, Dictionary<string, string> computed)
{
    private readonly Dictionary<string, FunctionDefinitionAst> own = source.All<FunctionDefinitionAst>()
        .GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(group => group.Key, group => group.Last(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Tells the shell the functions of this script, in place of those of the one before.</summary>
    public void Define(PowerShell shell)
    {
        var definitions = own.Values.Select(function => $"function global:{function.Name} {{ {Stubs.Of(function, Stubs.Record)} }}");
        shell.AddScript(string.Join('\n', definitions)).Invoke();
    }

    /// <summary>Every way in which one call can be made, bound: what it bound to, or why it does not bind.</summary>
    public IEnumerable<JsonObject> Judge(PowerShell shell, CommandAst call)
    {
        if (IsBlock(call)) return [];
        if (own.Keys.FirstOrDefault(name => documented.Find(name) is not null) is { } hidden)
        {
            return [Json.At(own[hidden].Extent, "hidden-command", $"a function of the script hides {hidden}")];
        }
        if (NameOf(call) is not { } name) return [Json.At(call.Extent, "computed-command", "the command is computed and not listed")];
        if (!own.ContainsKey(name) && documented.Find(name) is null) return [Json.At(call.Extent, "unknown-command", name)];
        try
        {
            return Refusals(name, call).ToList() is { Count: > 0 } refusals
                ? refusals
                : FormsOf(name, call).Select(form => Bind(shell, call, name, form)).ToList();
        }
        catch (InvalidDataException fault)
        {
            return [Json.At(call.Extent, "splat", fault.Message)];
        }
    }

    private IEnumerable<string> FormsOf(string name, CommandAst call) =>
        new Invocation(call, name, parameter => TypeOf(name, parameter), parameter => DummyFor(name, parameter), position => TypeAt(name, position))
            .Forms(PipedTo(name, call));

    private string DummyFor(string name, string parameter) =>
        !own.ContainsKey(name) && documented.Find(name)!.Values.TryGetValue(parameter, out var values)
            ? $"'{values[0]}'"
            : Dummies.Of(TypeOf(name, parameter) ?? "object");

    private string? NameOf(CommandAst call) => call.GetCommandName() ?? computed.GetValueOrDefault(call.CommandElements[0].Extent.Text);

    private bool IsBlock(CommandAst call) =>
        call.CommandElements[0] is ScriptBlockExpressionAst || (call.GetCommandName() is null && NameOf(call) == "scriptblock");

    /// <summary>The engine type of a parameter; null where the command has none of exactly that name.</summary>
    private string? TypeOf(string name, string parameter)
    {
        if (Stubs.Common.TryGetValue(parameter, out var since))
        {
            return since > level ? null : parameter.ToLowerInvariant() is "verbose" or "debug" ? "switch" : "string";
        }
        return own.TryGetValue(name, out var function)
            ? Stubs.ParametersOf(function).Where(one => one.Name.VariablePath.UserPath.Equals(parameter, StringComparison.OrdinalIgnoreCase)).Select(Stubs.TypeOf).FirstOrDefault()
            : documented.Find(name)!.TypeOf(parameter) is { } type ? Stubs.EngineType(type) : null;
    }

    private string TypeAt(string name, int position) => own.TryGetValue(name, out var function)
        ? Stubs.ParametersOf(function).Skip(position).Select(Stubs.TypeOf).FirstOrDefault() ?? "object"
        : "object";

    /// <summary>What binds but must not be written: abbreviations, positions, parameters of a newer shell.</summary>
    private IEnumerable<JsonObject> Refusals(string name, CommandAst call)
    {
        var takesPositions = own.ContainsKey(name) || positional.Contains(name);
        var valueFor = (CommandParameterAst?)null;
        foreach (var element in call.CommandElements.Skip(1))
        {
            if (element is CommandParameterAst parameter)
            {
                foreach (var refusal in Refusals(name, parameter)) yield return refusal;
                valueFor = parameter.Argument is null && TypeOf(name, parameter.ParameterName) is not "switch" ? parameter : null;
            }
            else if (valueFor is not null) valueFor = null;
            else if (element is not VariableExpressionAst { Splatted: true } && !takesPositions) yield return Json.At(element.Extent, "positional-argument", $"{name} is given an argument without its name");
        }
    }

    private IEnumerable<JsonObject> Refusals(string name, CommandParameterAst parameter)
    {
        if (Stubs.Common.TryGetValue(parameter.ParameterName, out var since))
        {
            if (since > level) yield return Json.At(parameter.Extent, "newer-parameter", $"-{parameter.ParameterName} needs PowerShell {since}");
        }
        else if (TypeOf(name, parameter.ParameterName) is null)
        {
            yield return Json.At(parameter.Extent, "unknown-parameter", $"{name} has no parameter of exactly the name {parameter.ParameterName}");
        }
    }

    /// <summary>The parameter that takes what comes down the pipeline, where the call stands in one.</summary>
    private string? PipedTo(string name, CommandAst call) =>
        call.Parent is PipelineAst line && line.PipelineElements[0] != call && !own.ContainsKey(name)
            ? new[] { "InputObject", "Value" }.FirstOrDefault(parameter => TypeOf(name, parameter) is not null)
            : null;

    private static JsonObject Bind(PowerShell shell, CommandAst call, string name, string form)
    {
        shell.Commands.Clear();
        shell.Streams.ClearStreams();
        try
        {
            shell.AddScript($"$global:bound = $null; {form}").Invoke();
        }
        catch (RuntimeException fault)
        {
            return Failure(call, form, fault.ErrorRecord);
        }
        if (shell.HadErrors) return Failure(call, form, shell.Streams.Error[0]);
        var bound = (System.Collections.Hashtable)shell.Runspace.SessionStateProxy.GetVariable("bound");
        return new JsonObject
        {
            ["line"] = call.Extent.StartLineNumber,
            ["command"] = name,
            ["set"] = (string)bound["Set"]!,
            ["parameters"] = Json.Words(((object[])bound["Parameters"]!).Select(key => key.ToString()!).Order(StringComparer.Ordinal)),
        };
    }

    private static JsonObject Failure(CommandAst call, string form, ErrorRecord record) =>
        Json.At(call.Extent, record.FullyQualifiedErrorId.Split(',')[0], $"{record.Exception.Message} [{form}]");
}
