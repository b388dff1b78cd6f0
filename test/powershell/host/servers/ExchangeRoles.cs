using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Concordat.Judge.Servers;

using Behaviour = Func<Call, IEnumerable<object?>>;

/// <summary>Who may do what: roles, and the users that hold them.</summary>
internal static class ExchangeRoles
{
    private const string Kind = "ManagementRoleAssignment";

    public static IReadOnlyDictionary<string, Behaviour> Commands { get; } = new Dictionary<string, Behaviour>
    {
        ["Get-ManagementRoleAssignment"] = Get,
        ["New-ManagementRoleAssignment"] = New,
        ["Remove-ManagementRoleAssignment"] = Remove,
    };

    private static IEnumerable<object?> Get(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        IEnumerable<Seen> found = call.Text("Identity") is null ? directory.All(Kind) : [Find(call, directory)];
        if (call.Text("Role") is { } role) found = found.Where(one => Shapes.Same(one.State["Role"], Role(call, role)));
        if (call.Text("RoleAssignee") is { } wanted)
        {
            var user = Assignee(call, directory, wanted);
            found = found.Where(one => Shapes.Same(one.State["RoleAssigneeName"], user));
        }
        var all = found.ToList();
        call.Met("ex-role-read");
        return all.Select(one => Print(call, directory, one.State)).ToList();
    }

    private static Seen Find(Call call, ExchangeDirectory directory) =>
        directory.All(Kind).FirstOrDefault(one => Shapes.Same(one.State["Name"], call.Text("Identity")) || Shapes.Same(one.State["Guid"], call.Text("Identity")))
        ?? throw call.Refuse("ex-role-assignment-unknown", $"The management role assignment \"{call.Text("Identity")}\" wasn't found on \"{directory.Controller}\".");

    private static string Role(Call call, string wanted) =>
        (string?)call.All("ManagementRole").FirstOrDefault(one => Shapes.Same(one!["Name"], wanted))?["Name"]
        ?? throw call.Refuse("ex-role-unknown", $"The management role \"{wanted}\" wasn't found.");

    private static string Assignee(Call call, ExchangeDirectory directory, string wanted) =>
        ExchangeRecipients.Match(call, directory, wanted) is [var user, ..] ? user.Name
        : throw call.Refuse("ex-role-assignee-unknown", $"The user, security group, or management role assignment policy \"{wanted}\" wasn't found on \"{directory.Controller}\".");

    private static IEnumerable<object?> New(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        if (!call.Has("User")) throw new NotSupportedException("only users hold roles here");
        var role = Role(call, call.Text("Role") ?? "");
        var user = Assignee(call, directory, call.Text("User") ?? "");
        var made = $"{role}-{user}";
        var name = call.Text("Name") ?? made[..Math.Min(64, made.Length)];
        if (directory.All(Kind).Any(one => Shapes.Same(one.State["Name"], name) || Shapes.Same(one.State["Role"], role) && Shapes.Same(one.State["RoleAssigneeName"], user)))
        {
            throw call.Refuse("ex-role-assignment-exists", $"The management role assignment \"{name}\" already exists.");
        }
        var state = new JsonObject { ["Name"] = name, ["Role"] = role, ["RoleAssigneeName"] = user, ["RoleAssigneeType"] = "User", ["Enabled"] = true };
        PSObject? printed = null;
        call.Change(name, "ex-role-assign", () => printed = Print(call, directory, directory.Add(Kind, state).State));
        return printed is null ? [] : [printed];
    }

    private static IEnumerable<object?> Remove(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var seen = Find(call, directory);
        ExchangeConfirmation.Says(call, "ex-role-remove-asks");
        call.Change(seen.Name, "ex-role-remove", () => directory.Remove(Kind, seen));
        return [];
    }

    private static PSObject Print(Call call, ExchangeDirectory directory, JsonObject state) =>
        ExchangeShapes.Printed(call, directory, "Microsoft.Exchange.Data.Directory.SystemConfiguration.ManagementRoleAssignment", "Role Assignments", state,
            ("Role", new AdObjectId((string)call.Site.Facts["domain"]!, "Roles", (string)state["Role"]!)), ("RoleAssignee", new AdObjectId((string)call.Site.Facts["domain"]!, "Users", (string)state["RoleAssigneeName"]!)),
            ("RoleAssigneeName", (string)state["RoleAssigneeName"]!), ("RoleAssigneeType", ExchangeShapes.Text(state["RoleAssigneeType"])),
            ("AssignmentMethod", "Direct"), ("RoleAssignmentDelegationType", "Regular"), ("Enabled", (bool?)state["Enabled"] == true));
}
