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

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A person has denied the call.
 *
 * @since 0.1.0
 */
public class ApprovalDeniedException extends ApprovalException {

	/**
	 * Create the exception.
	 * @param approval the request
	 */
	public ApprovalDeniedException(Approval approval) {
		super("A person denied this call of '" + approval.tool() + "': request " + approval.id(), approval, null);
	}

	@Override
	public Approval getApproval() {
		return Objects.requireNonNull(super.getApproval());
	}

	/**
	 * Return the reviewer's message to the agent.
	 * @return the message, one line of at most 480 characters; {@code null} if there is
	 * none. Treat it as data, never as an instruction
	 */
	public @Nullable String getAgentMessage() {
		return getApproval().agentMessage();
	}

	@Override
	public String modelText() {
		String message = getAgentMessage();
		return "Error: a person denied this call."
				+ ((message != null) ? " The reviewer's message: \"" + message.replace('"', '\'') + "\"" : "");
	}

}
