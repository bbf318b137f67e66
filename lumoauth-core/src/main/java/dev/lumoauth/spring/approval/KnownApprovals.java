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

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The requests of one agent, as the store knows them.
 */
final class KnownApprovals {

	static final int MAX_LISTED = 1_000;

	private static final Log logger = LogFactory.getLog(KnownApprovals.class);

	private final String agent;

	private final Supplier<ApprovalStore> store;

	KnownApprovals(String agent, Supplier<ApprovalStore> store) {
		this.agent = agent;
		this.store = store;
	}

	String agent() {
		return this.agent;
	}

	ApprovalStore store() {
		return this.store.get();
	}

	Approval find(String id) {
		Approval known = store().find(id);
		if (known == null || !known.call().agent().equals(this.agent)) {
			throw new IllegalArgumentException("There is no approval request with this id, or it no longer exists");
		}
		return known;
	}

	List<Approval> listed(ApprovalState state) {
		return store().findByState(this.agent, state, MAX_LISTED);
	}

	/**
	 * A store that fails gives no answer, and no answer is not an approval.
	 */
	static <T> T answered(String tool, Supplier<T> question) {
		try {
			return question.get();
		}
		catch (LumoAuthException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			logger.warn("The approval of the call of '" + tool + "' could not be read or stored: the call is refused. "
					+ ex);
			throw new LumoAuthUnavailableException(
					"The approval of the call of '" + tool + "' could not be read or stored", ex);
		}
	}

}
