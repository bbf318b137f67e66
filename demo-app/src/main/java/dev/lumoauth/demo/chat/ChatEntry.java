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

package dev.lumoauth.demo.chat;

import java.util.List;

import dev.lumoauth.demo.journey.NumberedStep;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the page: a question, or a call that a person decides about, with its
 * result.
 *
 * @param id the unique id
 * @param question the question, or {@code null} for a call
 * @param card the call, or {@code null} for a question
 * @param answer the answer so far
 * @param answering whether the answer continues
 * @param doing what the agent is doing now, in words
 * @param failure why there is no answer
 * @param steps the steps so far
 */
record ChatEntry(String id, @Nullable String question, @Nullable ApprovalCard card, String answer, boolean answering,
		@Nullable String doing, @Nullable ChatFailure failure, List<NumberedStep> steps) {
}
