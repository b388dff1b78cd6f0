using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.Json.Nodes;

namespace Concordat.Judge;

/// <summary>A parameter in one documented set.</summary>
internal sealed record SetParameter(string Set, string Name, string Type, bool Required, int? Position);

/// <summary>A command with its documented parameter sets, by parameter name.</summary>
internal sealed record DocumentedCommand(
    string Name, string? Module, string Applicable, string? DefaultSet, ILookup<string, SetParameter> Parameters, IReadOnlyDictionary<string, string[]> Values)
{
    public string? TypeOf(string parameter) => Parameters[parameter].FirstOrDefault()?.Type;
}

/// <summary>The documented commands that scripts may call; loaded once for a process.</summary>
internal sealed class Documented
{
    private readonly Dictionary<string, DocumentedCommand> commands = new(StringComparer.OrdinalIgnoreCase);

    public DocumentedCommand? Find(string name) => commands.GetValueOrDefault(name);

    /// <summary>The commands that a product has by its documentation: `Lync Server 2013`.</summary>
    public IEnumerable<DocumentedCommand> OfProduct(string title) =>
        commands.Values.Where(command => command.Applicable.Split(", ").Contains(title)).OrderBy(command => command.Name, StringComparer.Ordinal);

    private Runspace? runspace;

    /// <summary>A shell that knows nothing but the documented commands; its runspace is made once.</summary>
    public PowerShell Shell()
    {
        runspace ??= Open();
        var shell = PowerShell.Create();
        shell.Runspace = runspace;
        return shell;
    }

    private Runspace Open()
    {
        var state = InitialSessionState.Create();
        state.LanguageMode = PSLanguageMode.FullLanguage;
        state.Commands.Add(commands.Values.Select(command => new SessionStateFunctionEntry(command.Name, Stubs.Of(command, Stubs.Record))));
        var opened = RunspaceFactory.CreateRunspace(new SilentHost(), state);
        opened.ThreadOptions = PSThreadOptions.UseCurrentThread;
        opened.Open();
        Dummies.DefineIn(opened);
        return opened;
    }

    public JsonNode Load(JsonNode request)
    {
        runspace = null;
        foreach (var (name, command) in request["commands"]!.AsObject()) commands[name] = Read(name, command!);
        return commands.Count;
    }

    private static DocumentedCommand Read(string name, JsonNode command)
    {
        var parameters = command["sets"]!.AsObject().SelectMany(set => ReadSet(set.Key, set.Value!.AsArray()));
        var values = (command["values"]?.AsObject() ?? []).ToDictionary(
            entry => entry.Key, entry => entry.Value!.AsArray().Select(value => (string)value!).ToArray(), StringComparer.OrdinalIgnoreCase);
        return new DocumentedCommand(
            name, (string?)command["module"], (string?)command["applicable"] ?? "", (string?)command["default"], parameters.ToLookup(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase), values);
    }

    private static IEnumerable<SetParameter> ReadSet(string set, JsonArray parameters)
    {
        var position = 0;
        foreach (var parameter in parameters)
        {
            var positional = (bool)parameter!["positional"]!;
            yield return new SetParameter(
                set, (string)parameter["name"]!, (string)parameter["type"]!, (bool)parameter["required"]!, positional ? position++ : null);
        }
    }
}
