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

package dev.lumoauth.spring.http;

import java.util.List;
import java.util.function.Function;

import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.WaitAllowance;

/**
 * Finds LumoAuth's checks at one of two addresses, and remembers where they answered. The
 * other address is asked once, after a 404 that is not in LumoAuth's format: such a
 * request had no effect, so it may be sent again. Any other answer counts, in particular
 * a refusal.
 */
final class AuthzAddresses {

	private final List<AuthzEndpoints> candidates;

	private final RecentErrors errors;

	/**
	 * The address where a thread got an answer is the first address that other threads
	 * ask.
	 */
	private volatile AuthzEndpoints current;

	AuthzAddresses(List<AuthzEndpoints> candidates, RecentErrors errors) {
		this.candidates = candidates;
		this.errors = errors;
		this.current = candidates.get(0);
	}

	/**
	 * Ask at the address where checks answered the last time, and at the other address if
	 * they are no longer there.
	 * @param <T> the answer's type
	 * @param question sends a request to one of the addresses it is given, and returns
	 * only if there was an answer
	 * @return the answer
	 * @throws LumoAuthProtocolException if neither address is known
	 */
	<T> T ask(Function<AuthzEndpoints, T> question) {
		AuthzEndpoints first = this.current;
		try {
			return question.apply(first);
		}
		catch (UnknownAddressException ex) {
			return askElsewhere(question, first, ex);
		}
	}

	/**
	 * Ask at the address to which this request was not sent. The address that other
	 * threads have remembered meanwhile doesn't count: otherwise two threads could send
	 * each other back and forth.
	 */
	private <T> T askElsewhere(Function<AuthzEndpoints, T> question, AuthzEndpoints first,
			UnknownAddressException unknown) {
		AuthzEndpoints other = this.candidates.get((this.candidates.indexOf(first) + 1) % this.candidates.size());
		try {
			T answer = question.apply(other);
			this.current = other;
			return answer;
		}
		catch (UnknownAddressException ex) {
			LumoAuthProtocolException nowhere = new LumoAuthProtocolException(
					ex.getMessage() + ". LumoAuth does not know it at " + unknown.endpoint(), null);
			this.errors.add(ex.endpoint(), ErrorTranslator.NOT_FOUND, nowhere);
			throw nowhere;
		}
		catch (LumoAuthUnavailableException ex) {
			if (!ex.isUnreachable() && !WaitAllowance.isUsedUp(ex)) {
				throw ex;
			}
			// A server did answer, so this is not an outage that an earlier allow
			// bridges.
			throw new LumoAuthProtocolException(unknown.getMessage() + ", and then: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Return the current addresses of the checks.
	 * @return the addresses where they answered the last time, or the first candidates
	 */
	AuthzEndpoints current() {
		return this.current;
	}

	void forget() {
		this.current = this.candidates.get(0);
	}

}
