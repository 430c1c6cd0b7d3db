using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>The ONNX backend suite, run through import, generator, compiler and <c>Forward</c>.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    [Fact]
    public void NoOtherCaseFails()
    {
        IReadOnlyList<CaseOutcome> outcomes = BackendCases.Outcomes;
        foreach (CaseOutcome outcome in outcomes.Where(o => o.Result != CaseResult.Passed))
        {
            output.WriteLine($"{outcome.Result}: {outcome.Name}: {outcome.Reason}");
        }

        Assert.Equal(187, outcomes.Count);

        // ONNX Runtime and PyTorch give other pixels than this case, and we give theirs; ResizeTests compares.
        Assert.Equal(["node/test_resize_downsample_scales_cubic_align_corners"], outcomes.Where(o => o.Result == CaseResult.Failed).Select(o => o.Name));

        // The page on ONNX has this table.
        Assert.Equal(["node/test_slice_start_out_of_bounds"], outcomes.Where(o => o.Result == CaseResult.Unsupported).Select(o => o.Name));
    }
}
