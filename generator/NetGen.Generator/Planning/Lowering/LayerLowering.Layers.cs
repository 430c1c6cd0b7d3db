using System;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Passes;
using NetGen.Shared;

namespace NetGen.Generator.Planning.Lowering;

/// <summary>What each kind of layer is lowered to.</summary>
internal sealed partial class LayerLowering
{
    private TensorView Lower(LayerGroup group) => Lower(group, Values[group.Source]);

    private TensorView Lower(LayerGroup group, TensorView source)
    {
        switch (group.Main.Operation)
        {
            case IdentityOperation or FlattenOperation:
                return source;
            case ZeroPadOperation pad:
                return LowerZeroPad(group, pad, source);
            case SliceOperation slice:
                return Unflattened(group, source).Part(slice.Start, group.Main.Output.Channels);
            case ConcatOperation:
                return LowerConcat(group);
            case JoinOperation join:
                return LowerJoin(group, join);
            case CombineOperation combine:
                return LowerCombine(group, combine);
            case ElementwiseOperation elementwise:
                return Steps.Add(new BroadcastStep(group.Layers, Unflattened(group, source), Result(group), elementwise.Kind)
                {
                    Weight = group.Main.TensorName("weight"),
                    Parameter = elementwise.Parameter,
                    Reversed = elementwise.Reversed,
                }).Output;
            case ParameterOperation:
                return LowerParameter(group, source);
            case ReshapeOperation:
            {
                TensorView rows = RowMajor(group, source);
                TensorView image = TensorView.Planar(rows.Storage, group.Main.Output) with { Buffer = rows.Buffer, Offset = rows.Offset };
                return Steps.Add(new ConvertStep(group.Layers, image, Result(group))).Output;
            }

            case PermuteOperation permute when group.Main.Output.IsVector:
                return Steps.Add(new PermuteStep(group.Layers, RowMajor(group, source), Result(group), permute)).Output;
            case PermuteOperation permute:
                return Steps.Add(new ConvertStep(group.Layers, source.Permuted(permute.Order), Result(group))).Output;
            case ResampleOperation resample:
                return Steps.Add(new ResampleStep(group.Layers, Unflattened(group, source), Result(group), resample)).Output;
            case ReduceOperation reduce:
                return Steps.Add(new ReduceStep(group.Layers, Unflattened(group, source), Result(group), reduce)).Output;
            case NormalizationOperation normalization:
                return Steps.Add(new NormalizationStep(group.Layers, Unflattened(group, source), Result(group), normalization, group.Main.Name)).Output;
            case PixelNormalizationOperation normalization:
            {
                TensorView pixels = Unflattened(group, source);
                return Steps.Add(new PixelNormalizationStep(group.Layers, pixels, Values.ResultLike(group, pixels), normalization, group.Main.Name)).Output;
            }

            case UpsampleOperation upsample:
                return Steps.Add(new UpsampleStep(group.Layers, source, Result(group), upsample)).Output;
            case ChannelShuffleOperation shuffle:
                return Steps.Add(new ChannelShuffleStep(group.Layers, source, Result(group), shuffle.Groups)).Output;
            case PixelShuffleOperation shuffle:
                return Steps.Add(new PixelShuffleStep(group.Layers, source, Result(group), shuffle.Factor)).Output;
            case ConvolutionOperation:
                return decisions.Algorithms.Of(group)!.Lower(this, group, source);
            case TransposedConvolutionOperation transposed:
                return LowerTransposed(group, transposed, source);
            case DenseOperation dense:
                return LowerDense(group, dense, decisions.Algorithms.SumsIntegers(group) ? Quantized(group) : source);
            case RecurrentOperation recurrent:
                return LowerRecurrent(group, recurrent, source);
            case PoolOperation pool:
                return Steps.Add(new PoolStep(group.Layers, source, Result(group), pool, group.Epilogue) { RingRows = RingRowsOf(group) }).Output;
            case GlobalPoolOperation pool:
                return Steps.Add(new GlobalPoolStep(group.Layers, source, Result(group), pool.Kind, group.Epilogue)).Output;
            case LocalResponseNormOperation norm:
            {
                TensorView result = Result(group);
                return Steps.Add(new LocalResponseNormStep(group.Layers, source, result, norm, Values.NewScratch(group.Main.Name + ", squares"))).Output;
            }

            case SoftmaxOperation softmax:
            {
                TensorView vector = Unflattened(group, source);
                return Steps.Add(new SoftmaxStep(group.Layers, vector, Values.ResultLike(group, vector), softmax.Logarithm)).Output;
            }

            case AttentionOperation attention:
                return LowerAttention(group, attention);
            case MultiheadAttentionOperation attention:
                return LowerMultiheadAttention(group, attention);
            case MatMulOperation product:
                return LowerMatMul(group, product);
            case ActivationOperation or BatchNormOperation:
            {
                bool perChannel = group.Epilogue.Operations.Any(e => e is SlopeEpilogue { PerChannel: true } or AffineEpilogue);
                TensorView operand = perChannel ? Unflattened(group, source) : source;
                return Steps.Add(new ActivationStep(group.Layers, operand, Values.ResultLike(group, operand), group.Epilogue)).Output;
            }

            default:
                throw new NotSupportedException(group.Main.Operation.ToString());
        }
    }

    /// <summary>A wider view of the source where it has the zeros; otherwise a copy inside a map that has them, and those the next layer needs.</summary>
    private TensorView LowerZeroPad(LayerGroup group, ZeroPadOperation pad, TensorView source)
    {
        if (Fused.IsFreePad(group))
        {
            return source.Outside(pad.Padding);
        }

        TensorView inside = Values.NewBuffer(group.Main.Input, pad.Padding + decisions.Demands.Of(group.Last).Border, group.Main.Name);
        Steps.Add(new ConvertStep(group.Layers, source, inside));
        return inside.Outside(pad.Padding);
    }

    /// <summary>A result that its kernel writes plane by plane, without a gap: where its readers take it so, it stays there.</summary>
    private TensorView PlaneByPlane(LayerGroup group, Func<TensorView, Step> stepOf)
    {
        Shape shape = group.Main.Output;
        bool isOutput = Fused.IsOutput(group);
        TensorView planes = isOutput ? Values.OutputView(group.Last, shape) : Values.NewPlanar(shape, default, group.Main.Name);
        Steps.Add(stepOf(planes));
        ValueDemand demand = decisions.Demands.Of(group.Last);
        return isOutput || (demand is { AnyLayout: true, Border.IsEmpty: true } && Fused.ConcatOf(group.Last) is null)
            ? planes
            : Steps.Add(new ConvertStep([group.Last], planes, Result(group))).Output;
    }

    private TensorView LowerParameter(LayerGroup group, TensorView source)
    {
        return group.Main.Output.IsVector ? Steps.Add(StepOf(Result(group))).Output : PlaneByPlane(group, StepOf);

        ParameterStep StepOf(TensorView target) => new(group.Layers, source, target) { Weight = group.Main.TensorName(TensorSuffixes.None) };
    }

    /// <summary>Parts that their kernels write in place are there; the others are copied.</summary>
    private TensorView LowerConcat(LayerGroup group)
    {
        TensorView whole = Values.ConcatView(group.First);
        int start = 0;
        for (int i = 0; i < group.Main.Sources.Count; i++)
        {
            TensorView source = Values[group.Main.Sources[i]];
            int channels = group.Main.Inputs[i].Channels;
            TensorView part = whole.Part(start, channels);
            if (source != part)
            {
                // A map that is a vector by name only is copied in the order that the name promises.
                bool flattened = group.Main.Inputs[i].IsVector && source.Pixels > 1;
                TensorView target = flattened
                    ? TensorView.Planar(Storage.Workspace, source.Shape) with { Buffer = part.Buffer, Offset = part.Offset }
                    : part;
                Steps.Add(new ConvertStep([group.First], source, target));
            }

            start += channels;
        }

        return whole;
    }

    /// <summary>Copies each value to its rows or columns of the whole.</summary>
    private TensorView LowerJoin(LayerGroup group, JoinOperation join)
    {
        TensorView whole = Result(group);
        int start = 0;
        for (int i = 0; i < group.Main.Sources.Count; i++)
        {
            Shape part = group.Main.Inputs[i];
            bool overWidth = join.Axis == ImageAxes.Width;
            int end = start + (overWidth ? part.Width : part.Height);
            Border around = overWidth ? new(0, 0, start, whole.Width - end) : new(start, whole.Height - end, 0, 0);
            Steps.Add(new ConvertStep([group.First], Values[group.Main.Sources[i]], whole.Inside(around)));
            start = end;
        }

        return whole;
    }

    private TensorView LowerCombine(LayerGroup group, CombineOperation combine)
    {
        TensorView[] sources = [.. group.Main.Sources.Select(s => Values[s])];
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = Unflattened(group, sources[i]);
        }

        if (!Fusion.IsPlainCombine(group.Main))
        {
            return Steps.Add(new BroadcastStep(group.Layers, sources[0], Result(group), combine.Kind) { MoreInputs = sources.Skip(1).ToEquatableArray() })
                .Output;
        }

        // The first input has the result's shape; one of a single pixel may stand for all.
        TensorView[] ordered = [.. sources.OrderByDescending(s => s.Pixels)];
        return Steps.Add(new CombineStep(group.Layers, ordered[0], Result(group), combine.Kind, group.Epilogue) { MoreInputs = ordered.Skip(1).ToEquatableArray() })
            .Output;
    }
}
