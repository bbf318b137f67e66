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

import org.jspecify.annotations.Nullable;

/**
 * Keeps requests in this process. Requests that have not run when the process ends are
 * forgotten: the same call then asks again.
 */
final class InMemoryApprovalStore implements ApprovalStore {

	/** Requests that are over, and the oldest ones, are removed first; denials last. */
	private static final int MAX_SIZE = 10_000;

	private static final int MAX_DENIALS = 100;

	private final Map<String, Approval> byId = new HashMap<>();

	private final Map<String, String> byCall = new HashMap<>();

	private final Map<String, Care> cares = new HashMap<>();

	@Override
	public synchronized Approval putIfAbsent(Approval approval, @Nullable ApprovalHolder holder) {
		Approval holding = findByCall(approval.call().key());
		if (holding != null) {
			return holding;
		}
		if (this.byId.size() >= MAX_SIZE) {
			makeRoom();
		}
		put(approval);
		this.cares.put(approval.id(), new Care(holder, ApprovalState.PENDING));
		return approval;
	}

	private void makeRoom() {
		Approval oldest = this.byId.values()
			.stream()
			.filter((approval) -> approval.state().isFinal())
			.min(Comparator.comparing(InMemoryApprovalStore::isDenied).thenComparing(Approval::requestedAt))
			.orElseThrow(() -> new IllegalStateException("More than " + MAX_SIZE + " calls wait for a person"));
		remove(oldest);
	}

	private void put(Approval approval) {
		this.byId.put(approval.id(), approval);
		if (approval.holding()) {
			this.byCall.put(approval.call().key(), approval.id());
		}
		else {
			this.byCall.remove(approval.call().key(), approval.id());
		}
	}

	private void remove(Approval approval) {
		this.byId.remove(approval.id());
		this.cares.remove(approval.id());
		this.byCall.remove(approval.call().key(), approval.id());
	}

	@Override
	public synchronized boolean replace(Approval current, Approval next, @Nullable ApprovalHolder holder) {
		Approval known = this.byId.get(current.id());
		if (known == null || known.version() != current.version() || known.state() != current.state()
				|| !ApprovalStore.isStep(known, next)) {
			return false;
		}
		put(next);
		if (holder != null) {
			ApprovalState told = (next.state() == ApprovalState.RUNNING) ? care(next.id()).told() : next.state();
			this.cares.put(next.id(), new Care(holder, told));
		}
		return true;
	}

	private Care care(String id) {
		return this.cares.getOrDefault(id, new Care(null, ApprovalState.PENDING));
	}

	private OpenApproval open(Approval approval) {
		Care care = care(approval.id());
		return new OpenApproval(approval, care.holder(), care.told());
	}

	@Override
	public synchronized boolean claim(String id, ApprovalHolder holder, Instant now) {
		Approval known = this.byId.get(id);
		if (known == null || !(open(known).isHeldBy(holder.process()) || open(known).isFree(now))) {
			return false;
		}
		this.cares.put(id, new Care(holder, care(id).told()));
		return true;
	}

	@Override
	public synchronized void release(String id, String process) {
		Approval known = this.byId.get(id);
		if (known != null && open(known).isHeldBy(process)) {
			this.cares.put(id, new Care(new ApprovalHolder("", Instant.EPOCH), care(id).told()));
		}
	}

	@Override
	public synchronized void renew(ApprovalHolder holder) {
		this.cares.replaceAll((id, care) -> (care.holder() != null && care.holder().process().equals(holder.process()))
				? new Care(holder, care.told()) : care);
	}

	@Override
	public synchronized void told(String id, ApprovalState decision) {
		this.cares.computeIfPresent(id,
				(key, care) -> care.told().isFinal() ? care : new Care(care.holder(), decision));
	}

	@Override
	public synchronized List<OpenApproval> findOpen(String agent, Instant now, int limit) {
		return this.byId.values()
			.stream()
			.filter((approval) -> approval.call().agent().equals(agent))
			.map(this::open)
			.filter((open) -> open.approval().state() == ApprovalState.APPROVED || open.isUntold()
					|| (open.approval().state() == ApprovalState.PENDING
							&& (open.isFree(now) || open.approval().reference() == null)))
			.sorted(Comparator.comparing((open) -> open.approval().requestedAt()))
			.limit(limit)
			.toList();
	}

	@Override
	public synchronized @Nullable Approval find(String id) {
		return this.byId.get(id);
	}

	@Override
	public synchronized @Nullable Approval findByCall(String call) {
		String id = this.byCall.get(call);
		return (id != null) ? this.byId.get(id) : null;
	}

	@Override
	public synchronized List<Approval> findByState(String agent, ApprovalState state, int limit) {
		return this.byId.values()
			.stream()
			.filter((approval) -> approval.state() == state && approval.call().agent().equals(agent))
			.sorted(Comparator.comparing(Approval::requestedAt))
			.limit(limit)
			.toList();
	}

	private static boolean isDenied(Approval approval) {
		return approval.state() == ApprovalState.DENIED;
	}

	@Override
	public synchronized List<Instant> findDenials(String agent, @Nullable String user, String tool, Instant since) {
		return this.byId.values()
			.stream()
			.filter((approval) -> isDenied(approval) && approval.call().agent().equals(agent)
					&& Objects.equals(approval.call().user(), user) && approval.tool().equals(tool))
			.map(Approval::endedAt)
			.filter((endedAt) -> endedAt != null && !endedAt.isBefore(since))
			.sorted(Comparator.reverseOrder())
			.limit(MAX_DENIALS)
			.toList();
	}

	@Override
	public synchronized void removeEnded(Instant before) {
		Instant deniedBefore = before.minus(AfterDenial.REMEMBERED);
		List<Approval> ended = this.byId.values()
			.stream()
			.filter((approval) -> approval.endedAt() != null
					&& approval.endedAt().isBefore(isDenied(approval) ? deniedBefore : before))
			.toList();
		ended.forEach(this::remove);
	}

	/**
	 * Who takes care of a request.
	 *
	 * @param holder the process, or {@code null}
	 * @param told the last state of which the application was informed
	 */
	private record Care(@Nullable ApprovalHolder holder, ApprovalState told) {

	}

}
