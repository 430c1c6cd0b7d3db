using System.Linq;
using Xunit;

namespace NetGen.Tests.Parity;

/// <summary>How the JIT's list is read.</summary>
public sealed class JitSummaryTests
{
    private static readonly string[] Lines =
    [
        "   1: JIT compiled System.AppContext:Setup(ptr,ptr,int) [Tier0, IL size=68, code size=235]",
        "  42: JIT compiled NetGen.Generated.LeNet_Vector256:.ctor(NetGen.IWeightSource):this [Tier0, IL size=17, code size=60]",
        "  43: JIT compiled NetGen.Generated.LeNet_Vector256:Pack(NetGen.IWeightSource):NetGen.Runtime.AlignedMemory [Tier0, IL size=90, code size=300]",
        "1234: JIT compiled NetGen.Generated.LeNet_Vector256:Run(byref,byref,byref,byref):this [FullOpts, IL size=57, code size=201]",
        "1235: JIT compiled NetGen.Generated.A.B_Vector512:Convolution3x3_1x8x8_4x6x6(byref,byref,byref) [Tier-0 switched MinOpts, IL size=90000, code size=1]",
        "1236: JIT compiled NetGen.Generated.A.B_Vector512:Dense_4_4(byref,byref,byref) [MinOpts, IL size=90000, code size=1]",
        "1237: JIT compiled NetGen.Generated.A.B_Vector512:Dense_4_8(byref,byref,byref) [Tier1, IL size=90, code size=1]",
    ];

    [Fact]
    public void KernelsAreTold() => Assert.Equal(
        ["LeNet_Vector256:Run", "A.B_Vector512:Convolution3x3_1x8x8_4x6x6", "A.B_Vector512:Dense_4_4", "A.B_Vector512:Dense_4_8"],
        JitSummary.Kernels(Lines).Select(k => k.Method[(JitSummary.Namespace.Length + 1)..]));

    [Fact]
    public void EverythingButFullOptimisationIsReported() => Assert.Equal(
        [
            "NetGen.Generated.A.B_Vector512:Convolution3x3_1x8x8_4x6x6 [Tier-0 switched MinOpts]",
            "NetGen.Generated.A.B_Vector512:Dense_4_4 [MinOpts]",
            "NetGen.Generated.A.B_Vector512:Dense_4_8 [Tier1]",
        ],
        JitSummary.Unoptimised(Lines));
}
