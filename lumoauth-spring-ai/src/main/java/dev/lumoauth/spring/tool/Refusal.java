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

package dev.lumoauth.spring.tool;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.guard.RefusalText;
import org.jspecify.annotations.Nullable;

/**
 * Turns a refusal into what the application asked for: a text for the model, or an
 * exception for the caller.
 */
final class Refusal {

	private final OnDenied onDenied;

	Refusal(OnDenied onDenied) {
		this.onDenied = onDenied;
	}

	/**
	 * Refuse a tool call.
	 * @param decision a decision that is not an allow
	 * @return what the model reads
	 * @throws CapabilityDeniedException or a {@link LumoAuthException} if the caller is
	 * to be told instead
	 */
	String refuse(CapabilityDecision decision) {
		if (this.onDenied == OnDenied.TELL_MODEL) {
			return RefusalText.of(decision);
		}
		if (decision.cause() != null) {
			throw decision.cause();
		}
		throw new CapabilityDeniedException(decision.missing());
	}

	/**
	 * Look for a refusal or an outage behind the failure of a tool that called something
	 * guarded, or LumoAuth, itself: the text of such an exception is for people.
	 * @param failure what the tool failed with
	 * @return what the model reads, or {@code null} if the failure is the tool's own
	 * @throws RuntimeException the refusal or outage, if the caller is to be told instead
	 */
	@Nullable String translate(Throwable failure) {
		String text = RefusalText.of(failure);
		if (text != null && this.onDenied == OnDenied.THROW) {
			throw ours(failure);
		}
		return text;
	}

	private static RuntimeException ours(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof CapabilityDeniedException || cause instanceof LumoAuthException) {
				return (RuntimeException) cause;
			}
		}
		throw new IllegalArgumentException("Not a refusal", failure);
	}

}
