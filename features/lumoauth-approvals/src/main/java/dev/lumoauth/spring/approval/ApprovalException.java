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

import dev.lumoauth.spring.LumoAuthException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;

/**
 * A call did not run because a person has not approved it.
 *
 * @since 0.1.0
 */
public abstract class ApprovalException extends LumoAuthException implements ErrorResponse {

	private final @Nullable Approval approval;

	private boolean readByModel;

	ApprovalException(String message, @Nullable Approval approval, @Nullable Throwable cause) {
		super(message, cause);
		this.approval = approval;
	}

	/**
	 * Return the request for the approval.
	 * @return the request in the state it had then; {@code null} if none could be made
	 */
	public @Nullable Approval getApproval() {
		return this.approval;
	}

	@Override
	public String code() {
		return "not_approved";
	}

	/**
	 * Reduce the message to what a model may read. This is for a running tool, because
	 * the message of an exception that a tool throws reaches the model.
	 * @return this exception
	 */
	@Override
	public final ApprovalException inWordsForModel() {
		this.readByModel = true;
		return this;
	}

	@Override
	public final String getMessage() {
		String message = super.getMessage();
		return (this.readByModel || message == null) ? modelText() : message;
	}

	@Override
	public abstract String modelText();

	/**
	 * Return the status of the answer to a controller's caller.
	 */
	@Override
	public HttpStatusCode getStatusCode() {
		return HttpStatusCode.valueOf(getBody().getStatus());
	}

	/**
	 * Return the answer to a controller's caller: without the reason, the reviewer's
	 * message and anything that names properties.
	 */
	@Override
	public ProblemDetail getBody() {
		return ApprovalProblem.of(this);
	}

}
