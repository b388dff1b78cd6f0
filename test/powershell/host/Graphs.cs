using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml;

namespace Concordat.Judge;

/// <summary>Random objects as the engine's own serializer writes them, and as its own reader reads them back.</summary>
internal static class Graphs
{
    private const int Most = 40;

    public static JsonNode Answer(JsonNode request)
    {
        var random = new Random((int)request["seed"]!);
        var graphs = Enumerable.Range(0, (int)request["count"]!).Select(_ => Graph(random));
        return new JsonArray(graphs.ToArray<JsonNode?>());
    }

    private static JsonObject Graph(Random random)
    {
        var depth = random.Next(1, 6);
        var made = new Maker(random).Value(depth);
        var text = PSSerializer.Serialize(made, random.Next(1, 6));
        return new JsonObject { ["text"] = text, ["means"] = new Reading().Of(PSSerializer.Deserialize(text)) };
    }

    /// <summary>Makes values of every kind, some of them twice.</summary>
    private sealed class Maker(Random random)
    {
        private readonly List<object> _made = [];
        private int _left = Most;

        public object? Value(int depth)
        {
            if (_made.Count > 0 && random.Next(12) == 0) return _made[random.Next(_made.Count)];
            if (depth == 0 || _left-- < 0 || random.Next(3) == 0) return Scalar();
            var value = Composite(depth - 1);
            _made.Add(value);
            return value;
        }

        private object? Scalar() => random.Next(19) switch
        {
            0 => null,
            1 => random.Next(2) == 0,
            2 => random.Next(),
            3 => -random.NextInt64(),
            4 => (ulong)random.NextInt64() * 2,
            5 => (byte)random.Next(256),
            6 => (sbyte)random.Next(-128, 128),
            7 => (short)random.Next(-30000, 30000),
            8 => (ushort)random.Next(60000),
            9 => (uint)random.NextInt64(uint.MaxValue),
            10 => random.Next(4) switch { 0 => double.NaN, 1 => double.NegativeInfinity, 2 => 0.1, _ => random.NextDouble() * 1e300 },
            11 => (float)random.NextDouble(),
            12 => new decimal(random.Next(), random.Next(), 0, random.Next(2) == 0, (byte)random.Next(10)),
            13 => new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), (DateTimeKind)random.Next(2)),
            14 => TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerDay * 900)),
            15 => new Guid(Bytes(16)),
            16 => Bytes(random.Next(40)),
            17 => random.Next(3) switch { 0 => new Version(1, 2, random.Next(9999)), 1 => new Uri("https://example.com/a b?c=" + random.Next()), _ => (char)random.Next(1, 0xD7FF) },
            _ => Text(),
        };

        private object Composite(int depth) => random.Next(7) switch
        {
            0 => Enumerable.Range(0, random.Next(5)).Select(_ => Value(depth)).ToArray(),
            1 => new ArrayList(Enumerable.Range(0, random.Next(5)).Select(_ => Value(depth)).ToArray()),
            2 => new Queue(Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth)).ToArray()),
            3 => Table(depth),
            4 => DayOfWeek.Monday + random.Next(5),
            5 => new Exception(Text()).Message.Length % 2 == 0 ? Custom(depth) : new Stack(new[] { Value(depth) }),
            _ => Custom(depth),
        };

        private Hashtable Table(int depth)
        {
            var table = new Hashtable();
            for (var n = random.Next(4); n > 0; n--) table[random.Next(3) == 0 ? (object)n : Text() + n] = Value(depth);
            return table;
        }

        private PSObject Custom(int depth)
        {
            var custom = new PSObject();
            if (random.Next(2) == 0) custom.TypeNames.Insert(0, "Contoso.Data.Partner" + random.Next(3));
            for (var n = random.Next(6); n > 0; n--) custom.Properties.Add(new PSNoteProperty("p" + n + Text(), Value(depth)));
            return custom;
        }

        private byte[] Bytes(int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }

        private static readonly string[] Pieces =
        [
            "a", "B", " ", "\n", "\r", "\t", "\0", "\u0001", "_x000A_", "_x", "_", "x005F_", "<", "&", "]]>", "\"", "'", "\u00e9", "\u2019",
            "\ud83d\ude00", "\ud83d", "\udc00", "\u0085", "\u2028", "<Obj>", "&lt;",
        ];

        private string Text() => string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => Pieces[random.Next(Pieces.Length)]));
    }

    /// <summary>What the engine's reader makes of it, in the words of our own reader.</summary>
    private sealed class Reading
    {
        private int _left = 4000;

        public JsonNode? Of(object? value)
        {
            if (_left-- < 0) throw new InvalidOperationException("a graph without end");
            var plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
            return plain switch
            {
                null => null,
                bool truth => truth,
                string text => Text(text),
                char character => (int)character,
                byte or sbyte or short or ushort or int or uint => Convert.ToInt64(plain, CultureInfo.InvariantCulture),
                long or ulong => Whole(Convert.ToString(plain, CultureInfo.InvariantCulture)!),
                float single => Floating(single, XmlConvert.ToString(single)),
                double number => Floating(number, XmlConvert.ToString(number)),
                decimal number => Text(XmlConvert.ToString(number)),
                DateTime instant => Text(XmlConvert.ToString(instant, XmlDateTimeSerializationMode.RoundtripKind)),
                TimeSpan span => Text(XmlConvert.ToString(span)),
                Guid id => Text(id.ToString()),
                byte[] bytes => Text(Convert.ToBase64String(bytes)),
                Version version => Text(version.ToString()),
                Uri address => Text(address.OriginalString),
                IDictionary table => Table(table),
                IEnumerable list => new JsonObject { ["items"] = new JsonArray(list.Cast<object?>().Select(Of).ToArray()) },
                _ => Custom((PSObject)value!),
            };
        }

        /// <summary>Code units, because JSON cannot carry half of a pair.</summary>
        private static JsonNode Text(string text) => "s " + string.Join(' ', text.Select(unit => ((int)unit).ToString("x", CultureInfo.InvariantCulture)));

        private static JsonNode Whole(string text) => Math.Abs(decimal.Parse(text, CultureInfo.InvariantCulture)) <= 9007199254740991m
            ? JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture))
            : Text(text);

        private static JsonNode Floating(double value, string text) => double.IsFinite(value) ? JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture)) : Text(text);

        private JsonObject Table(IDictionary table)
        {
            var entries = table.Cast<DictionaryEntry>().Select(one => new JsonArray(Of(one.Key), Of(one.Value)));
            return new JsonObject { ["entries"] = new JsonArray(entries.OrderBy(one => one[0]!.ToJsonString(), StringComparer.Ordinal).ToArray<JsonNode?>()) };
        }

        private JsonObject Custom(PSObject custom)
        {
            var properties = new JsonObject();
            foreach (var one in custom.Properties.Where(one => one is PSNoteProperty).OrderBy(one => one.Name, StringComparer.Ordinal))
            {
                properties[(string)Text(one.Name)!] = Of(one.Value);
            }
            return new JsonObject { ["properties"] = properties };
        }
    }
}
