using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Emission.Kernels;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;

namespace NetGen.Generator.Tests.Emission.Kernels;

public sealed class KernelFamilyTests
{
    [Fact]
    public void Families_OfAllSteps_AreOneForEachType()
    {
        IEnumerable<Type> steps = typeof(Step).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Step)) && !t.IsAbstract);
        Assert.Equal(steps.Select(t => t.Name).Order(), KernelFamilies.All.Select(f => f.StepType.Name).Order());
    }

    [Fact]
    public void Families_OfAllStepsWithWeights_PackThem()
    {
        // A step has weights where its type says how many; a family that says nothing of them inherits a method that throws.
        IEnumerable<string> packed = KernelFamilies.All
            .Where(f => f.GetType().GetMethods(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)
                .Any(m => m.Name == "Pack" && m.DeclaringType == f.GetType()))
            .Select(f => f.StepType.Name);
        Assert.Equal(PackingTests.StepsWithWeights.Select(t => t.Name).Order(), packed.Order());
    }

    /// <summary>Otherwise each of them would be written, only to be found the same.</summary>
    [Fact]
    public void WithoutPlaces_OfLayersThatDifferInNames_IsTheSameStep()
    {
        LayerSyntax[] block =
        [
            Networks.Conv(64, 3, ("Padding", 1)),
            Networks.Layer("PReLU"),
            Networks.Layer("DepthwiseConv2D", ("kernel", 3), ("Padding", 1)),
            Networks.Conv(64, 1),
            Networks.Layer("GroupNorm", ("groups", 8)),
            Networks.Layer("LocalResponseNorm", ("size", 5)),
            Networks.Layer("MaxPool2D", ("kernel", 3), ("Stride", 1), ("Padding", 1)),
        ];
        Plan plan = Planner.Create(
            Networks.Graph([Networks.Image(64, 14, 14), Networks.Conv(64, 1), .. block, .. block, block[0]]), Tier.Vector512);
        Step[] steps = [.. plan.Steps.Where(s => s is WinogradStep or DepthwiseStep or NormalizationStep or LocalResponseNormStep or PoolStep).SkipLast(1)];
        Assert.Equal(10, steps.Length);
        Assert.Equal(5, steps.Select(s => KernelFamilies.Of(s).WithoutOffsets(s)).Distinct().Count());
    }
}
