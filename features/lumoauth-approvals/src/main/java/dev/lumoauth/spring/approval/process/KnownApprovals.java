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

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one agent, as the store knows them.
 */
record KnownApprovals(String agent, String process, Supplier<ApprovalStore> stores) {

	static final int MAX_LISTED = 1_000;

	private static final Log logger = LogFactory.getLog(KnownApprovals.class);

	/** Follows in the target of a call that has neither a user nor a conversation. */
	private static final String NOBODY = "#nobody in ";

	/**
	 * Return what distinguishes a call from equal calls of other callers. Nobody can tell
	 * callers without user and conversation apart, so their approvals count in this
	 * process only.
	 * @param target what distinguishes the called object
	 * @param user the user or the conversation, or {@code null}
	 */
	String target(String target, @Nullable String user) {
		return (user != null) ? target : target + NOBODY + this.process;
	}

	/**
	 * Return whether a call has neither a user nor a conversation, and was made in
	 * another process.
	 */
	boolean isOfNobodyElsewhere(Approval approval) {
		String target = approval.call().target();
		return approval.call().user() == null && target != null && target.contains(NOBODY)
				&& !target.endsWith(NOBODY + this.process);
	}

	ApprovalStore store() {
		return this.stores.get();
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
