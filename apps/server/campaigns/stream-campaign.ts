import type { CampaignRepository } from '#search';

import type { EventStream } from '../events/event-stream.ts';
import type { Campaigns, WatchedNews } from './campaigns.ts';

const page = 100;

/**
 * Sends the steps after number `after`, those that come, and what the campaign is doing; then its end, and closes. A
 * campaign that does not run ends at once.
 */
export async function streamCampaign(
  id: string,
  after: number,
  stream: EventStream,
  repository: CampaignRepository,
  campaigns: Campaigns,
): Promise<void> {
  let sent = after;
  // What happens during the replay waits for it: the replay may have just missed it.
  let waiting: WatchedNews[] | undefined = [];
  const send = (news: WatchedNews): void => {
    if (news.type === 'step' && news.sequence > sent) {
      sent = news.sequence;
      stream.send(String(sent), 'step', news.step);
    } else if (news.type === 'stage') {
      stream.send(String(sent), 'stage', { stage: news.stage, detail: news.detail });
    } else if (news.type === 'ended') {
      const { state, message, code } = news.campaign;
      stream.send(String(sent), 'ended', { state, message: message ?? null, code: code ?? null });
      stream.end();
    }
  };
  const leave = campaigns.watch(id, (news) => {
    if (waiting === undefined) send(news);
    else waiting.push(news);
  });
  stream.onClose(leave);
  for (let more = true; more && !stream.closed; await stream.drained()) {
    const steps = await repository.steps(id, { from: sent + 1, limit: page });
    for (const step of steps) send({ type: 'step', sequence: sent + 1, step });
    more = steps.length === page;
  }
  const campaign = await repository.find(id);
  const { stage, detail } = campaigns.stageOf(id);
  if (stage !== null) send({ type: 'stage', stage, detail });
  for (const news of waiting) send(news);
  waiting = undefined;
  if (campaign.state !== 'running') send({ type: 'ended', campaign });
}
