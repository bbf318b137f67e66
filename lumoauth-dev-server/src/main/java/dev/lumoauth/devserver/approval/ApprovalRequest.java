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

package dev.lumoauth.devserver.approval;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A request for a person's decision, as it was at one moment.
 *
 * @param id its id
 * @param handle the name by which the agent knows it: the id, or a secret of the agent
 * @param asked the content of the request
 * @param createdAt when it was created
 * @param expiresAt until when somebody can decide
 * @param state its state
 * @param decision the decision, if there is one
 * @since 0.1.0
 */
public record ApprovalRequest(String id, String handle, Asked asked, Instant createdAt, Instant expiresAt,
		ApprovalState state, @Nullable Decision decision) {

	boolean isPending() {
		return this.state == ApprovalState.PENDING;
	}

	ApprovalRequest at(Instant now) {
		return (isPending() && !this.expiresAt.isAfter(now)) ? with(ApprovalState.EXPIRED, null) : this;
	}

	ApprovalRequest with(ApprovalState newState, @Nullable Decision newDecision) {
		return new ApprovalRequest(this.id, this.handle, this.asked, this.createdAt, this.expiresAt, newState,
				newDecision);
	}

	/**
	 * Returns the decision.
	 * @return the decision
	 * @throws IllegalStateException if there is none
	 */
	public Decision decided() {
		Assert.state(this.decision != null, "There is no decision");
		return this.decision;
	}

	/**
	 * Returns when the approval ends.
	 * @return the moment
	 * @throws IllegalStateException if nobody has decided
	 */
	public Instant grantEnd() {
		return decided().at().plusSeconds(decided().grantedTtl());
	}

	/**
	 * Returns whether the request was approved, and the approval is still valid.
	 * @param now the moment
	 * @return whether a token may be issued
	 */
	public boolean isRedeemable(Instant now) {
		return this.state == ApprovalState.APPROVED && grantEnd().isAfter(now);
	}

}
