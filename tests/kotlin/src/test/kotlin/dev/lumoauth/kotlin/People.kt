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
package dev.lumoauth.kotlin

import dev.lumoauth.spring.approval.Approval
import dev.lumoauth.spring.approval.ApprovalAnswer
import dev.lumoauth.spring.approval.ApprovalChannel
import dev.lumoauth.spring.approval.ApprovalQuestion
import dev.lumoauth.spring.approval.ApprovalState
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList

/**
 * People who are asked, and approve everything once a test says so.
 */
class People : ApprovalChannel {

	val questions = CopyOnWriteArrayList<ApprovalQuestion>()

	private val approved = ConcurrentHashMap.newKeySet<String>()

	/** Whether they approve what they are asked at once. */
	@Volatile
	var atOnce = false

	fun approve() = questions.forEach { approved.add(it.approval().id()) }

	fun read() = questions.map { "${it.approval().reason()} ${it.approval().arguments()}" }

	override fun ask(question: ApprovalQuestion): ApprovalAnswer {
		questions.add(question)
		val state = if (atOnce) ApprovalState.APPROVED else ApprovalState.PENDING
		return ApprovalAnswer(state, question.approval().id(), "task", null, null, null)
	}

	override fun status(approval: Approval): ApprovalAnswer = ApprovalAnswer.of(
		if (approval.id() in approved) ApprovalState.APPROVED else ApprovalState.PENDING)

	override fun interval(): Duration = Duration.ZERO

}
