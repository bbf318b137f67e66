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

import dev.lumoauth.spring.approval.process.ApprovalStoreContract;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class InMemoryApprovalStoreTests extends ApprovalStoreContract {

	@Override
	protected ApprovalStore emptyStore() {
		return new InMemoryApprovalStore();
	}

	@Test
	void makesRoomByTheOldestThatIsOver() {
		ApprovalStore store = emptyStore();
		Approval over = done(pending("over"), "x");
		store.putIfAbsent(over);
		for (int i = 1; i < 10_000; i++) {
			store.putIfAbsent(pending("tool-" + i));
		}
		assertThat(store.find(over.id())).isEqualTo(over);
		Approval next = pending("next");
		assertThat(store.putIfAbsent(next)).isEqualTo(next);
		assertThat(store.find(over.id())).isNull();
		assertThat(store.findByCall(over.call().key())).isNull();
	}

	@Test
	void forgetsNobodyWhoWaits() {
		ApprovalStore store = emptyStore();
		for (int i = 0; i < 10_000; i++) {
			store.putIfAbsent(pending("tool-" + i));
		}
		Approval next = pending("next");
		assertThatIllegalStateException().isThrownBy(() -> store.putIfAbsent(next))
			.withMessageContaining("10000 calls wait");
		store.removeEnded("agt_1", Instant.MAX);
		assertThat(store.findByState("agt_1", ApprovalState.PENDING, 20_000)).hasSize(10_000);
	}

}
