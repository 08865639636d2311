using OcopMarket.Data.Audit;
using OcopMarket.Data.Subjects;

namespace OcopMarket.Testing;

/// <summary>What a pull knows erased people by, with a key of this process.</summary>
public static class TestMarks
{
    public static SubjectMarks Of { get; } = new(AuditChain.OfFile(
        Path.Combine(Directory.CreateTempSubdirectory("ocop-marks-").FullName, "audit.key"), mayCreate: true));
}
