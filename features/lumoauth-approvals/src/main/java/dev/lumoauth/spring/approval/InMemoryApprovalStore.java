/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.approval;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Keeps requests in this process. Requests that have not run when the process ends are
 * forgotten: the same call then asks again.
 */
final class InMemoryApprovalStore implements ApprovalStore {

	/** Requests that are over, and the oldest ones, are removed first; denials last. */
	private static final int MAX_SIZE = 10_000;

	private static final int MAX_DENIALS = 100;

	private final Map<String, OpenApproval> byId = new HashMap<>();

	private final Map<String, String> byCall = new HashMap<>();

	@Override
	public synchronized Approval putIfAbsent(Approval approval, @Nullable ApprovalHolder holder) {
		Approval holding = findByCall(approval.call().key());
		if (holding != null) {
			return holding;
		}
		if (this.byId.size() >= MAX_SIZE) {
			makeRoom();
		}
		put(approval, holder, ApprovalState.PENDING);
		return approval;
	}

	private void makeRoom() {
		Approval oldest = all().filter((approval) -> approval.state().isFinal())
			.min(Comparator.comparing(InMemoryApprovalStore::isDenied).thenComparing(Approval::requestedAt))
			.orElseThrow(() -> new IllegalStateException("More than " + MAX_SIZE + " calls wait for a person"));
		remove(oldest);
	}

	private Stream<Approval> all() {
		return this.byId.values().stream().map(OpenApproval::approval);
	}

	private void put(Approval approval, @Nullable ApprovalHolder holder, @Nullable ApprovalState told) {
		this.byId.put(approval.id(), new OpenApproval(approval, holder, told));
		if (approval.holding()) {
			this.byCall.put(approval.call().key(), approval.id());
		}
		else {
			this.byCall.remove(approval.call().key(), approval.id());
		}
	}

	private void remove(Approval approval) {
		this.byId.remove(approval.id());
		this.byCall.remove(approval.call().key(), approval.id());
	}

	@Override
	public synchronized boolean replace(Approval current, Approval next, @Nullable ApprovalHolder holder) {
		OpenApproval known = this.byId.get(current.id());
		if (known == null || known.approval().version() != current.version()
				|| known.approval().state() != current.state() || !ApprovalStore.isStep(known.approval(), next)) {
			return false;
		}
		boolean told = holder != null && next.state() != ApprovalState.RUNNING;
		put(next, (holder != null) ? holder : known.holder(), told ? next.state() : known.told());
		return true;
	}

	@Override
	public synchronized boolean claim(String id, ApprovalHolder holder, Instant now) {
		OpenApproval known = this.byId.get(id);
		if (known == null || !(known.isHeldBy(holder.process()) || known.isFree(now))) {
			return false;
		}
		put(known.approval(), holder, known.told());
		return true;
	}

	@Override
	public synchronized void renew(ApprovalHolder holder) {
		this.byId.replaceAll((id, known) -> known.isHeldBy(holder.process())
				? new OpenApproval(known.approval(), holder, known.told()) : known);
	}

	@Override
	public synchronized void told(String id, ApprovalState decision) {
		OpenApproval known = this.byId.get(id);
		if (known != null && (known.told() == null || !known.told().isFinal())) {
			put(known.approval(), known.holder(), decision);
		}
	}

	@Override
	public synchronized List<OpenApproval> findOpen(String agent, Instant now, int limit) {
		return this.byId.values()
			.stream()
			.filter((open) -> open.approval().call().agent().equals(agent))
			.filter((open) -> open.approval().state() == ApprovalState.APPROVED || open.isUntold()
					|| (open.approval().state() == ApprovalState.PENDING
							&& (open.isFree(now) || open.approval().reference() == null)))
			.sorted(Comparator.comparing((open) -> open.approval().requestedAt()))
			.limit(limit)
			.toList();
	}

	@Override
	public synchronized @Nullable Approval find(String id) {
		OpenApproval known = this.byId.get(id);
		return (known != null) ? known.approval() : null;
	}

	@Override
	public synchronized @Nullable Approval findByCall(String call) {
		String id = this.byCall.get(call);
		return (id != null) ? find(id) : null;
	}

	@Override
	public synchronized List<Approval> findByState(String agent, ApprovalState state, int limit) {
		return all().filter((approval) -> approval.state() == state && approval.call().agent().equals(agent))
			.sorted(Comparator.comparing(Approval::requestedAt))
			.limit(limit)
			.toList();
	}

	private static boolean isDenied(Approval approval) {
		return approval.state() == ApprovalState.DENIED;
	}

	@Override
	public synchronized List<Instant> findDenials(String agent, @Nullable String user, String tool, Instant since) {
		return all()
			.filter((approval) -> isDenied(approval) && approval.call().agent().equals(agent)
					&& Objects.equals(approval.call().user(), user) && approval.tool().equals(tool))
			.map(Approval::endedAt)
			.filter((endedAt) -> endedAt != null && !endedAt.isBefore(since))
			.sorted(Comparator.reverseOrder())
			.limit(MAX_DENIALS)
			.toList();
	}

	@Override
	public synchronized void removeEnded(String agent, Instant before) {
		Instant deniedBefore = before.minus(AfterDenial.REMEMBERED);
		List<Approval> ended = all()
			.filter((approval) -> approval.call().agent().equals(agent) && approval.endedAt() != null
					&& approval.endedAt().isBefore(isDenied(approval) ? deniedBefore : before))
			.toList();
		ended.forEach(this::remove);
	}

}
