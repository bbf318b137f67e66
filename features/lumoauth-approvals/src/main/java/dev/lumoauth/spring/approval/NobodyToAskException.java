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

/**
 * Nobody can be asked for an approval: the user has no device for it (LumoAuth answers
 * 428), the user gets an e-mail instead of a request that can be decided (202), or no
 * user or approver is named.
 *
 * @since 0.1.0
 */
public class NobodyToAskException extends ApprovalException {

	private final String modelText;

	/**
	 * Create the exception.
	 * @param message what is missing and what to do about it, for people
	 * @param modelText the text that a model may read
	 */
	public NobodyToAskException(String message, String modelText) {
		super(message, null, null);
		this.modelText = modelText;
	}

	@Override
	public String modelText() {
		return this.modelText;
	}

}
