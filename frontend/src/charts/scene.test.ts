import { describe, expect, it } from 'vitest';
import { course, gad7, pcl5, phq9, scores, sessions } from './examples';
import { changeLines, dayOfDate, span, type Scale, type ScorePoint } from './geometry';
import { epochScene } from './epochs';
import { contains, overlaps, textWidth, wrap, type Label } from './labels';
import { scoreScene, type Scene, type SceneInput } from './scene';
import { t } from '../messages/charts';
import { tickName } from './ticks';

const TODAY = dayOfDate('2026-03-12');

const words: SceneInput['words'] = {
  gap: t.gap,
  start: t.startValue('19'),
  response: t.responseLine('9'),
  better: t.fewerSymptoms,
  sessions: t.sessions,
  dose: t.dose,
  planned: t.planned,
  changed: t.changed,
  effects: t.effects,
  agreed: t.agreedLine('11'),
  today: t.today,
  item9: t.item9,
  item9Short: t.item9Short,
  week: t.week,
  number: String,
  tick: tickName,
  shortDay: () => '12 Mar',
  band: t.band,
};

function strip(id: string, higher_is: string) {
  const values = Array.from({ length: 70 }, (_, day) =>
    day > 48 && day < 60 ? null : (day * 7 + id.length) % 11,
  );
  return {
    ...{ id, name: 'Anxiety', hint: 'up is calmer', min: 0, max: 10, higher_is },
    ...{ from: TODAY - 70, values, median: values.map((value) => value && value / 2) },
  };
}

function scene(changes: Partial<SceneInput> = {}): Scene {
  const points = changes.points ?? course;
  const marks = changes.sessions ?? sessions;
  const { from, to } = span(
    [...points, ...marks].map((at) => at.day),
    TODAY,
    changes.planned?.[0] ?? null,
  );
  return scoreScene({
    layout: 'phone',
    width: 318,
    plotHeight: 232,
    scale: phq9,
    from,
    to,
    points,
    sessions: marks,
    planned: [],
    changes: [],
    baseline: null,
    response: null,
    agreed: null,
    usual: null,
    flags: [],
    effects: [],
    today: null,
    strips: [],
    stripHeight: 36,
    rightRoom: 0,
    reading: null,
    words,
    ...changes,
  });
}

function touching(labels: readonly Label[]): string[] {
  return labels.flatMap((a, index) =>
    labels
      .slice(index + 1)
      .filter((b) => overlaps(a.box, b.box))
      .map((b) => `${a.text} / ${b.text}`),
  );
}

const start = (points: readonly ScorePoint[], at = 1) => {
  const point = points[at];
  return point ? { value: point.value, day: point.day } : null;
};

const desk: Partial<SceneInput> = {
  layout: 'desk',
  plotHeight: 252,
  baseline: start(course),
  response: 9.5,
  usual: 6,
  today: TODAY,
  planned: [dayOfDate('2026-03-24') + 0.4],
  flags: course.slice(0, 4).map(({ day }) => ({ day, value: 1 })),
  strips: ['mood', 'anxiety', 'energy', 'sleep', 'pain'].map((id) =>
    strip(id, id === 'pain' ? 'worse' : 'better'),
  ),
};

const courses: Record<string, ScorePoint[]> = {
  'a whole course': course,
  'one score': course.slice(0, 1),
  'two scores': course.slice(0, 2),
  'the highest scores': scores(14, ['2026-02-20', 27], ['2026-02-27', 27], ['2026-03-06', 27]),
  'the lowest scores': scores(14, ['2026-02-20', 0], ['2026-02-27', 0], ['2026-03-11', 0]),
  'a score every day': scores(
    14,
    ...Array.from({ length: 28 }, (_, day): [string, number] => [
      `2026-02-${String(day + 1).padStart(2, '0')}`,
      (day * 11) % 28,
    ]),
  ),
  'two years': scores(
    60,
    ...Array.from({ length: 24 }, (_, month): [string, number] => [
      new Date(Date.UTC(2024, 3 + month, 5)).toISOString().slice(0, 10),
      (month * 5) % 22,
    ]),
  ),
};

describe('no two labels touch', () => {
  for (const width of [252, 290, 318, 350, 560, 760, 990, 1100]) {
    for (const [name, points] of Object.entries(courses)) {
      it(`${name}, ${width} wide`, () => {
        const baseline = start(points, Math.min(1, points.length - 1));
        for (const changes of [
          { points, baseline },
          { points, baseline, layout: 'compact' as const, plotHeight: 140 },
          { ...desk, points, baseline },
          { ...desk, points, baseline, response: null, reading: TODAY - 3 },
          { ...desk, points, baseline, agreed: 11, effects: [{ day: TODAY, isSevere: true }] },
        ]) {
          const drawn = scene({ ...changes, width });
          expect(touching(drawn.labels)).toEqual([]);
          const frame = { left: -1, top: -1, right: width + 1, bottom: drawn.height + 1 };
          expect(
            drawn.labels.filter((item) => !contains(frame, item.box)).map((i) => i.text),
          ).toEqual([]);
        }
      });
    }
  }
  for (const [name, scale] of Object.entries({ gad7, pcl5 }) as [string, Scale][]) {
    it(`on the scale of ${name}`, () => {
      for (const width of [252, 318, 990])
        for (const layout of ['phone', 'desk'] as const)
          expect(touching(scene({ ...desk, scale, width, layout }).labels)).toEqual([]);
    });
  }
});

describe('the progress chart', () => {
  it('the axis shows the whole scale, however low the scores', () => {
    const drawn = scene({ points: scores(14, ['2026-03-01', 5], ['2026-03-08', 9]) });
    const ticks = drawn.labels.filter((item) => item.kind === 'num').map((item) => item.text);
    expect(ticks).toEqual(['0', '5', '10', '15', '20', '27']);
  });
  it('every band is named', () => {
    const texts = scene({ width: 252 }).labels.map((item) => item.text);
    for (const name of ['Minimal', 'Mild', 'Moderate', 'Severe']) expect(texts).toContain(name);
    expect(texts.join(' ')).toContain('Mod. severe');
  });
  it('the last score and the start carry their numbers, other scores none', () => {
    const drawn = scene({ baseline: start(course) });
    const numbers = drawn.labels.filter((item) => item.kind.startsWith('val'));
    expect(numbers.map((item) => item.text)).toEqual(['6', '19']);
  });
  it('a gap is open and says so', () => {
    const drawn = scene({ width: 990, layout: 'desk' });
    expect(drawn.runs).toHaveLength(2);
    expect(drawn.labels.some((item) => item.text === t.gap)).toBe(true);
  });
  it('a window over the last weeks starts with a free point', () => {
    const drawn = scene({ from: dayOfDate('2026-02-10'), to: TODAY });
    expect(drawn.dots).toHaveLength(3);
    expect(drawn.diamonds.map((mark) => mark.id)).toEqual(['s7', 's8']);
  });
  it('paper has the doses without the names of the rows, whole and half as wide', () => {
    const paper = { ...desk, layout: 'paper', strips: [], usual: null, flags: [] } as const;
    for (const width of [690, 331]) {
      const drawn = scene({ ...paper, width, plotHeight: 110 });
      const texts = drawn.labels.map(({ text }) => text);
      expect(texts).not.toContain(words.sessions);
      expect(texts).toContain(words.dose);
      expect(drawn.better).toBeNull();
      expect(touching(drawn.labels)).toEqual([]);
    }
  });
  it('two figures on the same days agree on the room beside them', () => {
    const one = scene({ ...desk, width: 990 });
    const plain = { ...desk, width: 990, strips: [], usual: null, flags: [], scale: gad7 };
    const other = scene(plain);
    const rightRoom = Math.max(one.ownRoom, other.ownRoom);
    expect(one.ownRoom).not.toBe(other.ownRoom);
    const again = scene({ ...desk, width: 990, rightRoom });
    const beside = scene({ ...plain, rightRoom });
    expect(beside.diamonds.map((mark) => mark.x)).toEqual(again.diamonds.map((mark) => mark.x));
  });
  it('sessions lie on the same pixels in chart and strips', () => {
    const drawn = scene({ ...desk, width: 990 });
    expect(drawn.rules.map((rule) => rule.x)).toEqual(drawn.diamonds.map((mark) => mark.x));
    expect(drawn.strips).toHaveLength(5);
  });
  it('a change of plan is a named line on the same days', () => {
    const at = sessions[2]?.day ?? 0;
    const drawn = scene({ ...desk, width: 990, changes: [at + 1, TODAY + 400] });
    const { left, right } = drawn.plot;
    const share = (at + 1 - drawn.from) / (drawn.to - drawn.from);
    expect(drawn.changes).toHaveLength(1);
    expect(drawn.changes[0]).toBeCloseTo(left + share * (right - left), 0);
    expect(drawn.labels.filter((one) => one.text === t.changed)).toHaveLength(1);
    expect(touching(drawn.labels)).toEqual([]);
  });
  it('effects that were more than mild have a row of their own between doses and axis', () => {
    const day = sessions[2]?.day ?? 0;
    const effects = [
      { day, isSevere: false },
      { day: TODAY + 400, isSevere: true },
    ];
    const drawn = scene({ ...desk, width: 990, effects });
    expect(drawn.effects).toEqual([
      { x: drawn.diamonds[2]?.x, y: expect.any(Number), isSevere: false },
    ]);
    expect(drawn.effects[0]?.y).toBeLessThan(drawn.axis);
    expect(drawn.labels.filter((one) => one.text === t.effects)).toHaveLength(1);
  });
  it('a score on the agreed line lies on its good side', () => {
    const points = scores(11, ['2026-03-01', 11], ['2026-03-08', 11]);
    const drawn = scene({ points, width: 990, layout: 'desk', agreed: 11 });
    expect(drawn.agreed).toBeLessThan(drawn.dots[0]?.y ?? 0);
    expect(drawn.labels.filter((one) => one.text === t.agreedLine('11'))).toHaveLength(1);
  });
  it('planned sessions are diamonds without a rule', () => {
    const drawn = scene({ ...desk, width: 990 });
    expect(drawn.planned).toHaveLength(1);
    expect(drawn.rules).toHaveLength(sessions.length);
  });
});

describe('after each session', () => {
  const lines = Array.from({ length: 8 }, (_, session) => ({
    session_number: session + 1,
    before: 4,
    points: Array.from({ length: session === 7 ? 9 : 15 }, (_, day) => ({
      day: day - 1.6,
      value: 4 + ((session * 3 + day) % 6) / 2,
    })),
  }));
  const changes = changeLines(lines, 'better');
  const epochWords = {
    better: t.epochBetter,
    worse: t.epochWorse,
    same: t.epochSame,
    before: t.epochBefore,
    axis: t.epochAxis,
    now: t.epochNow,
    typical: t.epochTypical,
  };
  for (const width of [230, 290, 318, 420, 700]) {
    it(`no two labels touch, ${width} wide`, () => {
      const drawn = epochScene(
        width,
        220,
        changes.slice(0, -1),
        changes.at(-1) ?? null,
        epochWords,
        { limit: 4, days: [-2, 14], ticks: [3, 7, 14] },
      );
      expect(touching(drawn.labels)).toEqual([]);
      expect(drawn.labels.map((item) => item.text)).toContain('Session 8');
      expect(drawn.labels.map((item) => item.text)).toContain('Typical');
    });
  }
});

describe('labels', () => {
  it('wrap to two lines where one is too long', () => {
    expect(wrap('Moderately severe', 200)).toEqual(['Moderately severe']);
    expect(wrap('Moderately severe', textWidth('Moderately') + 1)).toEqual([
      'Moderately',
      'severe',
    ]);
    expect(wrap('Moderately', 10)).toBeNull();
  });
});
