using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using Dapper;

namespace OcopMarket.Data;

/// <summary>How rows become records: snake_case columns, UTC instants, calendar days. Infinity is the greatest or smallest value.</summary>
internal static class DapperSetup
{
#pragma warning disable CA2255 // once for the whole room, before its first query
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Initialize()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new InstantHandler());
        SqlMapper.AddTypeHandler(new DayHandler());
    }

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTimeOffset instant => instant,
            DateTime { Ticks: 0 } => DateTimeOffset.MinValue,
            DateTime time when time == DateTime.MaxValue => DateTimeOffset.MaxValue,
            DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            _ => throw new DataException(string.Create(CultureInfo.InvariantCulture, $"No instant: {value.GetType()}")),
        };

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();
    }

    private sealed class DayHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) => value switch
        {
            DateOnly day => day,
            DateTime time => DateOnly.FromDateTime(time),
            _ => throw new DataException(string.Create(CultureInfo.InvariantCulture, $"No day: {value.GetType()}")),
        };

        public override void SetValue(IDbDataParameter parameter, DateOnly value) => parameter.Value = value;
    }
}
