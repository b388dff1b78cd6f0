using System.Management.Automation.Language;

namespace Concordat.Judge;

/// <summary>Functions with the documented parameter sets, so that the engine's own binder is the judge.</summary>
internal static class Stubs
{
    /// <summary>A body that tells what it was bound to.</summary>
    public const string Record = "$global:bound = @{ Set = $PSCmdlet.ParameterSetName; Parameters = @($PSBoundParameters.Keys) }";

    /// <summary>Engine types for the documented ones; every other type takes any object.</summary>
    private static readonly Dictionary<string, string> EngineTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["String"] = "string", ["String[]"] = "string[]", ["Boolean"] = "bool", ["bool"] = "bool", ["switch"] = "switch",
        ["SwitchParameter"] = "switch", ["System.Boolean"] = "bool", ["Int16"] = "int16", ["Int32"] = "int", ["int"] = "int",
        ["Int64"] = "long", ["UInt32"] = "uint32", ["UInt64"] = "uint64", ["Int32[]"] = "int[]", ["int[]"] = "int[]",
        ["DateTime"] = "datetime", ["TimeSpan"] = "timespan", ["Guid"] = "guid", ["Guid[]"] = "guid[]", ["Uri"] = "uri",
        ["SecureString"] = "securestring", ["ScriptBlock"] = "scriptblock", ["ScriptBlock[]"] = "scriptblock[]",
        ["Hashtable"] = "hashtable", ["IDictionary"] = "System.Collections.IDictionary", ["Byte[]"] = "byte[]",
        ["PSCredential"] = "pscredential",
    };

    /// <summary>What every advanced function takes, and since when.</summary>
    public static readonly IReadOnlyDictionary<string, Version> Common = new Dictionary<string, Version>(StringComparer.OrdinalIgnoreCase)
    {
        ["Verbose"] = new(3, 0), ["Debug"] = new(3, 0), ["ErrorAction"] = new(3, 0), ["WarningAction"] = new(3, 0),
        ["ErrorVariable"] = new(3, 0), ["WarningVariable"] = new(3, 0), ["OutVariable"] = new(3, 0), ["OutBuffer"] = new(3, 0),
        ["PipelineVariable"] = new(4, 0), ["InformationAction"] = new(5, 0), ["InformationVariable"] = new(5, 0),
        ["ProgressAction"] = new(7, 4),
    };

    public static string EngineType(string? documented) => documented is null ? "object" : EngineTypes.GetValueOrDefault(documented, "object");

    /// <summary>The body (and parameter block) of a function that binds as documented and then runs <paramref name="body"/>.</summary>
    public static string Of(DocumentedCommand command, string body)
    {
        var parameters = command.Parameters.Where(group => !Common.ContainsKey(group.Key)).Select(group => Parameter(command, group));
        var choice = command.DefaultSet is { } set ? $"DefaultParameterSetName={Quote(set)}, " : "";
        return $"[CmdletBinding({choice}PositionalBinding=$false)] param(\n{string.Join(",\n", parameters)}\n)\n{body}";
    }

    /// <summary>
    /// The same for a command that runs: what asks for confirmation is the engine's own, and the
    /// pipeline brings an InputObject, or files by their path.
    /// </summary>
    public static string Running(DocumentedCommand command, string body)
    {
        var names = command.Parameters.Select(group => group.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var parameters = command.Parameters.Where(group => !Common.ContainsKey(group.Key) && !IsConfirming(group.Key)).Select(group => Parameter(command, group)).ToList();
        var choice = command.DefaultSet is { } set ? $"DefaultParameterSetName={Quote(set)}, " : "";
        var confirms = names.Any(IsConfirming) ? "SupportsShouldProcess=$true, " : "";
        return $"[CmdletBinding({choice}{confirms}PositionalBinding=$false)] param(\n{string.Join(",\n", parameters)}\n)\n{body}";
    }

    private static bool IsConfirming(string parameter) => parameter.ToLowerInvariant() is "whatif" or "confirm";

    private static string Parameter(DocumentedCommand command, IGrouping<string, SetParameter> group)
    {
        var sets = group.Select(one => $"[Parameter(ParameterSetName={Quote(one.Set)}"
            + (one.Required ? ", Mandatory=$true" : "") + (one.Position is { } at ? $", Position={at}" : "") + (group.Key == "InputObject" ? ", ValueFromPipeline=$true" : "") + (group.Key == "LiteralPath" ? ", ValueFromPipelineByPropertyName=$true" : "") + ")]");
        // Undocumented for most of them, and so for all: a file from the pipeline is a literal path.
        var alias = group.Key == "LiteralPath" ? "[Alias('PSPath')]" : "";
        var values = command.Values.TryGetValue(group.Key, out var known) ? $"[ValidateSet({string.Join(",", known.Select(Quote))})]" : "";
        return $"{string.Concat(sets)}{alias}{values}[{EngineType(group.First().Type)}]${{{group.Key}}}";
    }

    /// <summary>A function of the script itself: its parameters as written, without defaults, and no body of its own.</summary>
    public static string Of(FunctionDefinitionAst function, string body)
    {
        var parameters = ParametersOf(function).Select(Parameter);
        return $"[CmdletBinding()] param(\n{string.Join(",\n", parameters)}\n)\n{body}";
    }

    public static IReadOnlyList<ParameterAst> ParametersOf(FunctionDefinitionAst function) =>
        function.Parameters ?? function.Body.ParamBlock?.Parameters ?? (IReadOnlyList<ParameterAst>)[];

    private static string Parameter(ParameterAst parameter)
    {
        var attributes = parameter.Attributes.OfType<AttributeAst>().Select(attribute => attribute.Extent.Text);
        return $"{string.Concat(attributes)}[{TypeOf(parameter)}]{parameter.Name.Extent.Text}";
    }

    public static string TypeOf(ParameterAst parameter) =>
        EngineType(parameter.Attributes.OfType<TypeConstraintAst>().FirstOrDefault()?.TypeName.FullName.Split('.')[^1]);

    private static string Quote(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
