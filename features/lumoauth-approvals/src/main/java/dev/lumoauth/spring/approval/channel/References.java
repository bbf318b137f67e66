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

package dev.lumoauth.spring.approval.channel;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.Assert;

/**
 * The ids by which LumoAuth knows requests, and what LumoAuth says about them.
 */
final class References {

	private static final Log logger = LogFactory.getLog(References.class);

	private References() {
	}

	/**
	 * Return the reference of a request that was sent to LumoAuth.
	 */
	static String of(Approval approval) {
		String reference = approval.reference();
		Assert.state(reference != null, () -> "LumoAuth was not asked about " + approval.id());
		return reference;
	}

	/**
	 * Return the answer for a request that LumoAuth no longer knows: nobody will decide
	 * it.
	 * @param ex why LumoAuth says nothing else about it
	 * @throws LumoAuthDeniedException if LumoAuth refuses for another reason
	 */
	static ApprovalAnswer answer(LumoAuthDeniedException ex) {
		if (!ex.getErrorCode().equals("not_found")) {
			throw ex;
		}
		logger.debug("LumoAuth no longer knows a request that waited there", ex);
		return ApprovalAnswer.of(ApprovalState.CANCELLED);
	}

	/**
	 * Return the state that a status word stands for. LumoAuth may use more words than
	 * its documents list: after an unknown word the request is still pending, until it
	 * expires.
	 */
	static ApprovalState state(String status) {
		return switch (status) {
			case "approved" -> ApprovalState.APPROVED;
			case "denied" -> ApprovalState.DENIED;
			case "expired" -> ApprovalState.EXPIRED;
			case "cancelled", "canceled" -> ApprovalState.CANCELLED;
			default -> ApprovalState.PENDING;
		};
	}

}
