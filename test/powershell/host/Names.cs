using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Concordat.Judge;

/// <summary>Every .NET type and member that a script names.</summary>
internal static class Names
{
    public static JsonNode Answer(JsonNode request)
    {
        var source = Source.Of(request);
        return new JsonObject
        {
            ["types"] = Json.List(Types(source)),
            ["members"] = Json.List(source.All<MemberExpressionAst>().Select(Member)),
        };
    }

    private static IEnumerable<JsonNode?> Types(Source source)
    {
        foreach (var type in source.All<TypeExpressionAst>()) yield return Type(type.Extent, type.TypeName);
        foreach (var type in source.All<AttributeBaseAst>()) yield return Type(type.Extent, type.TypeName);
        foreach (var command in source.All<CommandAst>())
        {
            if (TypeNameOf(command) is { } name) yield return Type(command.Extent, name.Value, null);
        }
    }

    private static JsonNode Type(IScriptExtent extent, ITypeName name) =>
        Type(extent, name.FullName, name.GetReflectionType() ?? name.GetReflectionAttributeType());

    private static JsonNode Type(IScriptExtent extent, string name, Type? known)
    {
        var answer = Json.At(extent, "type", name);
        answer["resolved"] = (known ?? LanguagePrimitives.ConvertTo(name, typeof(Type), null) as Type)?.FullName;
        return answer;
    }

    /// <summary>The type that `New-Object` makes, where it is written out.</summary>
    private static StringConstantExpressionAst? TypeNameOf(CommandAst command)
    {
        if (!"New-Object".Equals(command.GetCommandName(), StringComparison.OrdinalIgnoreCase)) return null;
        var elements = command.CommandElements.ToList();
        var at = elements.FindIndex(element => element is CommandParameterAst { ParameterName: var name } && name.Equals("TypeName", StringComparison.OrdinalIgnoreCase));
        return (at >= 0 ? elements.ElementAtOrDefault(at + 1) : elements.ElementAtOrDefault(1)) as StringConstantExpressionAst;
    }

    private static JsonNode Member(MemberExpressionAst member)
    {
        var name = (member.Member as StringConstantExpressionAst)?.Value;
        var answer = Json.At(member.Extent, member is InvokeMemberExpressionAst ? "method" : "property", name ?? "");
        answer["static"] = member.Static;
        answer["computed"] = name is null;
        if (member.Expression is not TypeExpressionAst owner) return answer;
        answer["type"] = owner.TypeName.FullName;
        answer["exists"] = name is not null && owner.TypeName.GetReflectionType() is { } type
            && (name.Equals("new", StringComparison.OrdinalIgnoreCase)
                || type.GetMember(name, BindingFlags.Public | BindingFlags.Static | BindingFlags.IgnoreCase | BindingFlags.FlattenHierarchy).Length > 0);
        return answer;
    }
}
