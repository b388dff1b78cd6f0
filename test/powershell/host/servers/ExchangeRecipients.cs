using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Concordat.Judge.Servers;

using Behaviour = Func<Call, IEnumerable<object?>>;

/// <summary>Users; those with a mail address elsewhere are mail users.</summary>
internal static partial class ExchangeRecipients
{
    private const string Kind = "User";
    private const string MailUser = "MailUser";

    /// <summary>What Set-MailUser can change here.</summary>
    private static readonly string[] Settable = ["HiddenFromAddressListsEnabled", "DisplayName", "Alias", "Name"];

    public static IReadOnlyDictionary<string, Behaviour> Commands { get; } = new Dictionary<string, Behaviour>
    {
        ["Get-User"] = call => Get(call, _ => true, "ex-user-read"),
        ["Get-MailUser"] = call => Get(call, IsMailUser, "ex-mail-user-read"),
        ["New-MailUser"] = New,
        ["Set-MailUser"] = Set,
    };

    private static bool IsMailUser(Seen user) => Shapes.Same(user.State["RecipientTypeDetails"], MailUser);

    /// <summary>Users by what identifies one. Those of another domain only where the session looks at the forest.</summary>
    public static IReadOnlyList<Seen> Match(Call call, ExchangeDirectory directory, string wanted)
    {
        var domain = (string)call.Site.Facts["domain"]!;
        return Visible(call, directory).Where(one =>
            new[] { one.Name, $"{domain}/Users/{one.Name}", new AdObjectId(domain, "Users", one.Name).DistinguishedName, (string?)one.State["Guid"], (string?)one.State["Alias"], (string?)one.State["UserPrincipalName"] }
                .Any(name => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase))).ToList();
    }

    private static IEnumerable<Seen> Visible(Call call, ExchangeDirectory directory) =>
        directory.All(Kind).Where(one => one.State["domain"] is null || SessionSettings.Of(call.Scenario).ViewEntireForest);

    private static IEnumerable<object?> Get(Call call, Func<Seen, bool> kind, string row)
    {
        var directory = ExchangeDirectory.Of(call);
        var found = call.Text("Identity") is { } wanted ? [Find(call, directory, wanted, kind)] : Visible(call, directory).Where(kind).ToList();
        if (call.Text("Filter") is { } filter) found = found.Where(Filtered(call, filter)).ToList();
        call.Met(row);
        return found.Select(one => Print(call, directory, one.State)).ToList();
    }

    private static Seen Find(Call call, ExchangeDirectory directory, string wanted, Func<Seen, bool> kind) =>
        Match(call, directory, wanted).FirstOrDefault(kind)
        ?? throw call.Refuse("ex-user-unknown", $"The operation couldn't be performed because object '{wanted}' couldn't be found on '{directory.Controller}'.");

    private static Func<Seen, bool> Filtered(Call call, string filter)
    {
        var match = NameIs().Match(filter);
        if (!match.Success) throw call.Refuse("ex-user-filter", $"Cannot bind parameter 'Filter' to the target: '{filter}' is not a valid filter.");
        var name = match.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal);
        return one => Shapes.Same(one.State["Name"], name);
    }

    private static IEnumerable<object?> New(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var name = call.Text("Name") ?? "";
        if (name.Length is 0 or > 64) throw call.Refuse("ex-mail-user-name-length", "The name must have between 1 and 64 characters.");
        if (Match(call, directory, name).Count > 0) throw call.Refuse("ex-mail-user-exists", $"The object '{name}' already exists.");
        if (!(call.Text("ExternalEmailAddress") ?? "").Contains('@', StringComparison.Ordinal)) throw call.Refuse("ex-mail-user-address", $"The address '{call.Text("ExternalEmailAddress")}' isn't valid.");
        var state = new JsonObject
        {
            ["Name"] = name, ["DisplayName"] = call.Text("DisplayName") ?? name, ["Alias"] = call.Text("Alias") ?? name, ["RecipientTypeDetails"] = MailUser,
            ["UserPrincipalName"] = call.Text("UserPrincipalName") ?? $"{name}@{call.Site.Facts["domain"]}", ["ExternalEmailAddress"] = call.Text("ExternalEmailAddress"),
            ["HiddenFromAddressListsEnabled"] = false, ["AccountDisabled"] = !call.Has("Password"),
        };
        PSObject? made = null;
        call.Change(name, call.Has("Password") ? "ex-mail-user-new-enabled" : "ex-mail-user-new", () => made = Print(call, directory, directory.Add(Kind, state).State));
        return made is null ? [] : [made];
    }

    private static IEnumerable<object?> Set(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var seen = Find(call, directory, call.Text("Identity") ?? "", IsMailUser);
        call.Change(seen.Name, "ex-mail-user-set", () => directory.Change(seen, state =>
        {
            foreach (var name in Settable.Where(call.Has)) state[name] = name.EndsWith("Enabled", StringComparison.Ordinal) ? call.Flag(name) : call.Text(name);
        }));
        return [];
    }

    private static PSObject Print(Call call, ExchangeDirectory directory, JsonObject state) =>
        ExchangeShapes.Printed(call, directory, "Microsoft.Exchange.Data.Directory.Management.MailUser", "Users", state,
            ("Alias", ExchangeShapes.Text(state["Alias"])), ("DisplayName", ExchangeShapes.Text(state["DisplayName"])), ("UserPrincipalName", ExchangeShapes.Text(state["UserPrincipalName"])),
            ("RecipientType", IsMailUser(new(state, state)) ? MailUser : "User"), ("RecipientTypeDetails", ExchangeShapes.Text(state["RecipientTypeDetails"])),
            ("ExternalEmailAddress", ExchangeShapes.Text(state["ExternalEmailAddress"])), ("HiddenFromAddressListsEnabled", (bool?)state["HiddenFromAddressListsEnabled"] == true),
            ("AccountDisabled", (bool?)state["AccountDisabled"] == true),
            ("UserAccountControl", (bool?)state["AccountDisabled"] == true ? "AccountDisabled, NormalAccount" : "NormalAccount"));

    [GeneratedRegex(@"^\s*Name\s+-eq\s+'((?:[^']|'')*)'\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex NameIs();
}
