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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.lumoauth.spring.call.Action;
import org.jspecify.annotations.Nullable;

/**
 * Asks nobody.
 *
 * @param reason why nobody can be asked
 */
record RefusingApprovalGate(String reason) implements ApprovalGate {

	@Override
	public boolean isRequestingDenied() {
		return false;
	}

	@Override
	public @Nullable ApprovedCall admit(CallToApprove call) {
		throw new NobodyToAskException(this.reason,
				"Error: this call needs a person's approval, and nobody can be asked.");
	}

	@Override
	public Duration patience() {
		return Duration.ZERO;
	}

	@Override
	public CompletableFuture<Approval> decision(Approval approval) {
		return CompletableFuture.completedFuture(approval);
	}

	@Override
	public void waiting(Approval approval, Action<? extends @Nullable Object, Throwable> again) {
		// Nothing waits.
	}

}
