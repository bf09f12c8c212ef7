// CommonJS, which every module here can load.
exports.makeSpans = (tracer) => {
  for (let index = 0; index < 100; index++) {
    tracer.startSpan('work', { attributes: { index, question: 'Thời tiết hôm nay? '.repeat(50) } }).end();
  }
};
