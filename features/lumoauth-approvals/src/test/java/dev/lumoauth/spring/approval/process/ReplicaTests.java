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
package dev.lumoauth.spring.approval.process;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalHolder;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.Impact;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Replica}.
 */
class ReplicaTests {

	private final ApprovalStore store = ApprovalStore.inMemory();

	private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {
	});

	@Test
	void whatBeginsWhileTheStoreIsLookedAtIsNotAmongTheApproved() {
		Instant now = Instant.now();
		this.store.putIfAbsent(new Approval("apr_1", 0, ApprovalState.APPROVED,
				new ApprovalCall("agt_1", "alice", "refund", "", "{\"amount\":10}"), "Refund 10", Impact.HIGH,
				List.of(), List.of(), null, true, "ref-1", null, now, now.plusSeconds(300), now, null, null, null,
				null), new ApprovalHolder("another", now.plusSeconds(30)));
		try (Replica replica = new Replica(new KnownApprovals("agt_1", "this", this::store), Clock.systemUTC(),
				(open) -> {
				})) {
			replica.look();
			assertThat(replica.approved()).hasSize(1);
			this.meanwhile.set(() -> replica.begun("apr_1"));
			replica.look();
			assertThat(replica.approved()).isEmpty();
		}
	}

	private ApprovalStore store() {
		return (ApprovalStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { ApprovalStore.class }, (proxy, method, arguments) -> {
					Object answer = method.invoke(this.store, arguments);
					this.meanwhile.get().run();
					return answer;
				});
	}

}
